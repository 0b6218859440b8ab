"""The glue for C, compiled and called: what goes in comes out, through exports and imports, and nothing leaks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.runtime.bindings.compiling import compiled, world_of
from tests.runtime.strategies import draw_type, draw_value, same
from tests.runtime.wit_source import Source
from witlens_analysis.model import FixedList, Function, Option, Param, Result, Tuple, Type
from witlens_runtime.bindings.c import Unsupported, c_glue
from witlens_runtime.bindings.c.types import is_by_value
from witlens_runtime.canonical_abi import Handle, Some
from witlens_runtime.invoke import Limits, Returned, Worker
from witlens_runtime.types import walk
from witlens_runtime.wasm_tools import WasmTools

_TYPES = 6


@pytest.fixture(scope="module")
def tools() -> WasmTools:
    return WasmTools()


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker() as made:
        yield made


def value(outcome: object) -> Any:
    assert isinstance(outcome, Returned), outcome
    return outcome.value


@st.composite
def several(draw: st.DrawFn) -> list[tuple[Type, list[Any]]]:
    """Some types, each with some values."""
    found: list[tuple[Type, list[Any]]] = []
    for _ in range(_TYPES):
        type = draw_type(draw, 2)
        assume(not any(isinstance(inner, FixedList) for inner in walk(type)))
        found.append((type, [draw_value(draw, type) for _ in range(3)]))
    return found


def prototypes(wit: str, world: str) -> dict[str, str]:
    """The functions of the header by name."""
    header = c_glue(world_of(wit, world)).header
    return {found[2]: found[1] for found in re.finditer(r"^(\w+ \**(\w+)\(.*\));$", header, re.MULTILINE)}


def echo(type: Type) -> str:
    """A body that gives back the parameter `value`."""
    match type:
        case Option():
            return "if (maybe_value == NULL) return false; *ret = *maybe_value; return true;"
        case Result(ok, err):
            failed = "*err = value->val.err; " if err else ""
            good = "*ret = value->val.ok; " if ok else ""
            return f"if (value->is_err) {{ {failed}return false; }} {good}return true;"
        case _:
            return "return value;" if is_by_value(type) else "*ret = *value;"


def passed_on(name: str, count: int, type: Type, given: str) -> str:
    """A body that asks the import of the same name, and frees what it was given itself."""
    pointer = not is_by_value(type)
    argument = "maybe_value" if isinstance(type, Option) else "value"
    arguments = [f"(void *){argument}" if pointer else argument]
    if count > 1:
        arguments = [f"(void *){argument}{n}" if pointer else f"{argument}{n}" for n in range(count)]
    outs = [f"(void *){out}" for out in ("ret", "err") if re.search(rf"\*{out}\b", given)]
    call = f"{name}({', '.join((*arguments, *outs))})"
    return f"{call};" if given.startswith("void ") else f"return {call};"


@given(several())
@settings(
    deadline=None,
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_what_goes_in_comes_out(worker: Worker, tools: WasmTools, typed: list[tuple[Type, list[Any]]]) -> None:
    """`inner` gives back what it is given; `outer` imports the same interface that it exports, and asks `inner`."""
    source = Source()
    for number, (type, _) in enumerate(typed):
        source.add(Function(f"one{number}", (Param("value", type),), type))
        many = tuple(Param(f"value{index}", type) for index in range(9))
        source.add(Function(f"many{number}", many, Tuple((type, type))))
    wit = source.text().replace("  resource thing;\n", "") + "world inner { export types; }\n"
    inside, outside = prototypes(wit, "inner"), prototypes(wit, "w")
    bodies, forwards = [], []
    for number, (type, _) in enumerate(typed):
        for name, count in ((f"one{number}", 1), (f"many{number}", 9)):
            exported = f"exports_test_abi_types_{name}"
            if count == 1:
                body = echo(type)
            else:
                body = " ".join(_first_two(type))
                body += "".join(f" (void){_argument(type)}{index};" for index in range(9))
            bodies.append(f"{inside[exported]} {{ {body} }}\n")
            forwarded = passed_on(f"test_abi_types_{name}", count, type, outside[exported])
            forwards.append(f"{outside[exported]} {{ {forwarded} }}\n")
    with TemporaryDirectory() as folder:
        inner = compiled(tools, Path(folder) / "inner", wit, "inner", "".join(bodies))
        outer = compiled(tools, Path(folder) / "outer", wit, "w", "".join(forwards))
        for loaded in (worker.load(inner), worker.load(outer, links=[inner])):
            with loaded.instantiate(limits=Limits(seconds=60)) as instance:
                for number, (type, values) in enumerate(typed):
                    for one in values:
                        assert same(value(instance.call(f"one{number}", [one])), one), (type, one)
                    nine = [values[index % 3] for index in range(9)]
                    pair = value(instance.call(f"many{number}", nine))
                    assert same(pair, (nine[8], nine[1])), (type, nine, pair)


def _argument(type: Type) -> str:
    return "maybe_value" if isinstance(type, Option) else "value"


def _first_two(type: Type) -> Iterator[str]:
    """Statements that give back the last argument and the second one."""
    for place, index in (("f0", 8), ("f1", 1)):
        argument = f"{_argument(type)}{index}"
        match type:
            case Option():
                yield f"ret->{place}.is_some = {argument} != NULL; if ({argument}) ret->{place}.val = *{argument};"
            case _ if is_by_value(type):
                yield f"ret->{place} = {argument};"
            case _:
                yield f"ret->{place} = *{argument};"


SHOP_WIT = """package demo:shop@1.0.0;
interface store {
  record item { name: string, tags: list<string>, price: option<f64> }
  variant trouble { sold-out, too-many(list<u32>), other(string) }
  resource cart {
    constructor(owner: string);
    add: func(what: item) -> result<u32, trouble>;
    items: func() -> list<item>;
    merge: static func(one: cart, two: borrow<cart>) -> cart;
    owner: func() -> string;
  }
  alive: func() -> u32;
  describe: func(what: list<item>) -> string;
}
world shop { export store; }
"""
SHOP = """
#define ITEM exports_demo_shop_store_item_t
struct exports_demo_shop_store_cart_t {
  shop_string_t owner;
  exports_demo_shop_store_list_item_t items;
};
typedef exports_demo_shop_store_cart_t cart;
static uint32_t alive;

static void text_copy(const shop_string_t *from, shop_string_t *to) {
  shop_string_dup_n(to, (const char *)from->ptr, from->len);
}

static void item_copy(const ITEM *from, ITEM *to) {
  *to = *from;
  text_copy(&from->name, &to->name);
  to->tags.ptr = from->tags.len ? malloc(from->tags.len * sizeof(shop_string_t)) : NULL;
  for (size_t index = 0; index < from->tags.len; index++) text_copy(&from->tags.ptr[index], &to->tags.ptr[index]);
}

static void put(cart *self, const ITEM *what) {
  self->items.ptr = realloc(self->items.ptr, (self->items.len + 1) * sizeof(ITEM));
  item_copy(what, &self->items.ptr[self->items.len++]);
}

exports_demo_shop_store_own_cart_t exports_demo_shop_store_constructor_cart(shop_string_t *owner) {
  cart *made = calloc(1, sizeof *made);
  made->owner = *owner;
  alive++;
  return exports_demo_shop_store_cart_new(made);
}

void exports_demo_shop_store_cart_destructor(cart *self) {
  shop_string_free(&self->owner);
  exports_demo_shop_store_list_item_free(&self->items);
  free(self);
  alive--;
}

bool exports_demo_shop_store_method_cart_add(cart *self, ITEM *what, uint32_t *ret,
                                             exports_demo_shop_store_trouble_t *err) {
  if (what->name.len == 0) {
    err->tag = EXPORTS_DEMO_SHOP_STORE_TROUBLE_SOLD_OUT;
  } else if (what->price.is_some && what->price.val < 0) {
    err->tag = EXPORTS_DEMO_SHOP_STORE_TROUBLE_OTHER;
    shop_string_dup(&err->val.other, "negative");
  } else if (what->tags.len > 3) {
    err->tag = EXPORTS_DEMO_SHOP_STORE_TROUBLE_TOO_MANY;
    err->val.too_many.ptr = malloc(2 * sizeof(uint32_t));
    err->val.too_many.len = 2;
    err->val.too_many.ptr[0] = what->tags.len;
    err->val.too_many.ptr[1] = 3;
  } else {
    put(self, what);
    exports_demo_shop_store_item_free(what);
    *ret = self->items.len;
    return true;
  }
  exports_demo_shop_store_item_free(what);
  return false;
}

void exports_demo_shop_store_method_cart_items(cart *self, exports_demo_shop_store_list_item_t *ret) {
  ret->len = self->items.len;
  ret->ptr = ret->len ? malloc(ret->len * sizeof(ITEM)) : NULL;
  for (size_t index = 0; index < ret->len; index++) item_copy(&self->items.ptr[index], &ret->ptr[index]);
}

exports_demo_shop_store_own_cart_t exports_demo_shop_store_static_cart_merge(exports_demo_shop_store_own_cart_t one,
                                                                             cart *two) {
  cart *first = exports_demo_shop_store_cart_rep(one);
  for (size_t index = 0; index < two->items.len; index++) put(first, &two->items.ptr[index]);
  return one;
}

void exports_demo_shop_store_method_cart_owner(cart *self, shop_string_t *ret) { text_copy(&self->owner, ret); }

uint32_t exports_demo_shop_store_alive(void) { return alive; }

void exports_demo_shop_store_describe(exports_demo_shop_store_list_item_t *what, shop_string_t *ret) {
  char text[64] = {0};
  for (size_t index = 0; index < what->len && index < 20; index++) strcat(text, what->ptr[index].price.is_some ? "$" : "?");
  shop_string_dup(ret, text);
  exports_demo_shop_store_list_item_free(what);
}
"""


@pytest.fixture(scope="module")
def shop(tools: WasmTools, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled(tools, tmp_path_factory.mktemp("shop"), SHOP_WIT, "shop", SHOP)


def item(name: str, *tags: str, price: float | None = None) -> dict[str, Any]:
    return {"name": name, "tags": list(tags), "price": None if price is None else Some(price)}


def test_resources_of_the_guest(worker: Worker, shop: Path) -> None:
    with worker.load(shop).instantiate() as instance:
        ada, bo = (value(instance.call("cart.new", [name])) for name in ("ada", "bo"))
        assert isinstance(ada, Handle)
        for handle, what in ((ada, item("tea", "hot", price=1.5)), (bo, item("ü")), (bo, item("x", "", "y"))):
            assert isinstance(instance.call("cart.add", [handle, what]), Returned)
        refused = [
            instance.call_text(f"cart.add({name}, {{name: {text}}})", {"bo": bo})
            for name, text in (("bo", '"", tags: []'), ("bo", '"z", tags: [], price: some(-1)'))
        ]
        assert [one.text if isinstance(one, Returned) else one for one in refused] == [
            "err(sold-out)",
            'err(other("negative"))',
        ]
        many = instance.call("cart.add", [bo, item("z", *"abcde")])
        assert isinstance(many, Returned) and many.text == "err(too-many([5, 3]))"
        merged = value(instance.call("cart.merge", [ada, bo]))
        assert [one["name"] for one in value(instance.call("cart.items", [merged]))] == ["tea", "ü", "x"]
        assert value(instance.call("cart.items", [bo]))[1] == item("x", "", "y")
        assert value(instance.call("cart.owner", [merged])) == "ada"
        assert value(instance.call("alive")) == 2
        assert isinstance(instance.drop(merged), Returned) and isinstance(instance.drop(bo), Returned)
        assert value(instance.call("alive")) == 0


def test_nothing_leaks(worker: Worker, shop: Path) -> None:
    """A hundred megabytes pass through a memory of four."""
    large = item("n" * 100_000, "t" * 50_000, "u" * 50_000, price=1.0)
    with worker.load(shop).instantiate(limits=Limits(memory_mib=4, seconds=120)) as instance:
        for _ in range(100):
            cart = value(instance.call("cart.new", ["o" * 10_000]))
            assert isinstance(instance.call("cart.add", [cart, large]), Returned)
            assert value(instance.call("cart.items", [cart])) == [large]
            assert isinstance(instance.call("cart.add", [cart, {**large, "name": ""}]), Returned)
            assert value(instance.call("describe", [[large, item("x")]])) == "$?"
            assert isinstance(instance.drop(cart), Returned)
        ever = [item("n" * 100_000)] * 60
        assert not isinstance(instance.call("describe", [ever]), Returned), "the limit is one"


USER_WIT = """package demo:user;
interface store {
  resource cart { constructor(owner: string); owner: func() -> string; copy: static func(of: borrow<cart>) -> cart; }
  open: func(name: string) -> result<cart, string>;
}
world provider { export store; }
world user {
  import store;
  import limit: func(of: option<string>) -> option<u32>;
  export twice: func(name: string) -> result<string, string>;
  export limited: func() -> tuple<option<u32>, option<u32>>;
}
"""
PROVIDER = """
#include <stdio.h>
struct exports_demo_user_store_cart_t { provider_string_t owner; };
typedef exports_demo_user_store_own_cart_t own;
static int alive;

own exports_demo_user_store_constructor_cart(provider_string_t *owner) {
  if (++alive > 2) abort();
  exports_demo_user_store_cart_t *made = malloc(sizeof *made);
  made->owner = *owner;
  return exports_demo_user_store_cart_new(made);
}

void exports_demo_user_store_cart_destructor(exports_demo_user_store_cart_t *cart) {
  alive--;
  provider_string_free(&cart->owner);
  free(cart);
}

void exports_demo_user_store_method_cart_owner(exports_demo_user_store_borrow_cart_t self, provider_string_t *ret) {
  provider_string_dup_n(ret, (const char *)self->owner.ptr, self->owner.len);
}

own exports_demo_user_store_static_cart_copy(exports_demo_user_store_borrow_cart_t of) {
  provider_string_t owner;
  provider_string_dup_n(&owner, (const char *)of->owner.ptr, of->owner.len);
  return exports_demo_user_store_constructor_cart(&owner);
}

bool exports_demo_user_store_open(provider_string_t *name, own *ret, provider_string_t *err) {
  if (name->len == 0) {
    provider_string_dup(err, "no name");
    return false;
  }
  *ret = exports_demo_user_store_constructor_cart(name);
  return true;
}
"""
USER = """
bool exports_user_twice(user_string_t *name, user_string_t *ret, user_string_t *err) {
  demo_user_store_own_cart_t cart;
  bool good = demo_user_store_open(name, &cart, err);
  user_string_free(name);
  if (!good) return false;
  demo_user_store_own_cart_t other = demo_user_store_static_cart_copy(demo_user_store_borrow_cart(cart));
  demo_user_store_cart_drop_own(cart);
  demo_user_store_method_cart_owner(demo_user_store_borrow_cart(other), ret);
  demo_user_store_cart_drop_own(other);
  return true;
}

void exports_user_limited(user_tuple2_option_u32_option_u32_t *ret) {
  user_string_t name;
  user_string_set(&name, "some name");
  ret->f0.is_some = user_limit(&name, &ret->f0.val);
  ret->f1.is_some = user_limit(NULL, &ret->f1.val);
}
"""


def test_resources_of_others(worker: Worker, tools: WasmTools, tmp_path: Path) -> None:
    provider = compiled(tools, tmp_path / "provider", USER_WIT, "provider", PROVIDER)
    user = compiled(tools, tmp_path / "user", USER_WIT, "user", USER)
    loaded = worker.load(user, links=[provider], stubs={"limit": "some(7)"})
    with loaded.instantiate() as instance:
        for _ in range(3):
            assert instance.call_text('twice("ada")').message == 'ok("ada")'
        assert instance.call_text('twice("")').message == 'err("no name")'
        assert instance.call_text("limited()").message == "(some(7), some(7))"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("export f: async func();", "`f` is async, which Witlens makes no glue for"),
        ("import i: interface { f: func() -> stream<u8>; }", "there is a stream, which Witlens makes no glue for"),
        ("export f: func(a: option<list<u8, 4>>);", "there is a list of fixed length"),
        ("export f: func(a: error-context);", "there is a error-context"),
    ],
)
def test_what_has_no_glue_is_told(body: str, message: str) -> None:
    with pytest.raises(Unsupported) as caught:
        c_glue(world_of(f"package a:b;\nworld w {{ {body} }}\n", "w"))
    assert message in str(caught.value)


NAMES = """package my:pkg@1.2.0;
interface types {
  type names = list<string>;
  record point { x: f32, int: char, tags: names }
  variant shape { none, dot(point), many(list<point>) }
  resource file { read: func(n: u64) -> option<list<u8>>; open: static func(names: names) -> result<file, string>; }
}
interface api {
  use types.{shape, point as punkt};
  a: func(x: option<u32>, z: result<u8, string>, register: u8, ret: u8) -> tuple<u8, u16>;
  c: func(p: punkt) -> result;
}
world my-world { import types; import log: func(s: string); export api; export outl: interface { ping: func(); } }
"""


def test_names_are_those_of_wit_bindgen() -> None:
    """As wit-bindgen 0.63 writes them."""
    found = set(prototypes(NAMES, "my-world").values())
    assert {
        "bool my_pkg_types_method_file_read(my_pkg_types_borrow_file_t self, uint64_t n, my_world_list_u8_t *ret)",
        "bool my_pkg_types_static_file_open(my_pkg_types_names_t *names, my_pkg_types_own_file_t *ret, "
        "my_world_string_t *err)",
        "void my_world_log(my_world_string_t *s)",
        "void exports_my_pkg_api_a(uint32_t *maybe_x, exports_my_pkg_api_result_u8_string_t *z, uint8_t register_, "
        "uint8_t ret_, my_world_tuple2_u8_u16_t *ret)",
        "bool exports_my_pkg_api_c(my_pkg_types_point_t *p)",
        "void outl_ping(void)",
        "void my_pkg_types_file_drop_own(my_pkg_types_own_file_t handle)",
        "my_pkg_types_borrow_file_t my_pkg_types_borrow_file(my_pkg_types_own_file_t handle)",
        "void my_pkg_types_shape_free(my_pkg_types_shape_t *ptr)",
        "void my_world_string_free(my_world_string_t *ret)",
    } <= found
    header = c_glue(world_of(NAMES, "my-world")).header
    assert "typedef my_pkg_types_point_t exports_my_pkg_api_punkt_t;" in header
    assert "#define MY_PKG_TYPES_SHAPE_MANY 2" in header and "  uint32_t int_;" in header


def test_types_that_share_parts_take_no_longer() -> None:
    chain = "".join(f"  type t{n + 1} = tuple<t{n}, option<t{n}>>;\n" for n in range(14))
    wit = f"package a:b;\ninterface i {{\n  record t0 {{ a: string }}\n{chain}  f: func(a: t14) -> t14;\n}}\nworld w {{ export i; }}\n"
    header = c_glue(world_of(wit, "w")).header
    assert header.count("typedef struct {") < 60

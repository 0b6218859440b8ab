"""Glue for all of WASI 0.2, and a guest in C that makes an HTTP request: only if that is granted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.runtime.bindings.compiling import compiled
from witlens_runtime.dependencies import bundled_package
from witlens_runtime.invoke import Grants, Limits, Returned, Trapped, Worker
from witlens_runtime.wasm_tools import WasmTools

WORLD = """package demo:web;
world browser {
  import wasi:http/outgoing-handler@0.2.12;
  export get: func(authority: string, path: string) -> result<tuple<u16, string>, string>;
  export idle: func() -> u32;
}
"""
SOURCE = """
static bool failed(browser_string_t *err, const char *what) {
  browser_string_dup(err, what);
  return false;
}

bool exports_browser_get(browser_string_t *authority, browser_string_t *path, browser_tuple2_u16_string_t *ret,
                         browser_string_t *err) {
  wasi_http_types_own_outgoing_request_t request =
      wasi_http_types_constructor_outgoing_request(wasi_http_types_constructor_fields());
  wasi_http_types_borrow_outgoing_request_t asked = wasi_http_types_borrow_outgoing_request(request);
  wasi_http_types_scheme_t scheme = {.tag = WASI_HTTP_TYPES_SCHEME_HTTP};
  bool good = wasi_http_types_method_outgoing_request_set_scheme(asked, &scheme) &&
              wasi_http_types_method_outgoing_request_set_authority(asked, authority) &&
              wasi_http_types_method_outgoing_request_set_path_with_query(asked, path);
  browser_string_free(authority);
  browser_string_free(path);
  if (!good) return failed(err, "request");

  wasi_http_types_own_future_incoming_response_t future;
  wasi_http_types_error_code_t code;
  if (!wasi_http_outgoing_handler_handle(request, NULL, &future, &code)) return failed(err, "handle");
  wasi_http_types_borrow_future_incoming_response_t coming = wasi_http_types_borrow_future_incoming_response(future);
  wasi_io_poll_own_pollable_t pollable = wasi_http_types_method_future_incoming_response_subscribe(coming);
  wasi_io_poll_method_pollable_block(wasi_io_poll_borrow_pollable(pollable));
  wasi_io_poll_pollable_drop_own(pollable);
  wasi_http_types_result_result_own_incoming_response_error_code_void_t answer;
  if (!wasi_http_types_method_future_incoming_response_get(coming, &answer)) return failed(err, "not ready");
  wasi_http_types_future_incoming_response_drop_own(future);
  if (answer.is_err || answer.val.ok.is_err) return failed(err, "no response");

  wasi_http_types_own_incoming_response_t response = answer.val.ok.val.ok;
  wasi_http_types_borrow_incoming_response_t come = wasi_http_types_borrow_incoming_response(response);
  ret->f0 = wasi_http_types_method_incoming_response_status(come);
  wasi_http_types_own_incoming_body_t body;
  if (!wasi_http_types_method_incoming_response_consume(come, &body)) return failed(err, "body");
  wasi_io_streams_own_input_stream_t stream;
  if (!wasi_http_types_method_incoming_body_stream(wasi_http_types_borrow_incoming_body(body), &stream))
    return failed(err, "stream");
  browser_list_u8_t part;
  wasi_io_streams_stream_error_t problem;
  if (!wasi_io_streams_method_input_stream_blocking_read(wasi_io_streams_borrow_input_stream(stream), 1000, &part,
                                                         &problem))
    return failed(err, "read");
  browser_string_dup_n(&ret->f1, (const char *)part.ptr, part.len);
  browser_list_u8_free(&part);
  wasi_io_streams_input_stream_drop_own(stream);
  wasi_http_types_incoming_body_drop_own(body);
  wasi_http_types_incoming_response_drop_own(response);
  return true;
}

uint32_t exports_browser_idle(void) { return 7; }
"""


def package(folder: Path, world: str) -> Path:
    """A package with `world` and all of WASI 0.2 beside it."""
    deps = folder / "wit" / "deps"
    deps.mkdir(parents=True)
    (folder / "wit" / "world.wit").write_text(world)
    for name in ("io", "clocks", "http", "cli", "filesystem", "sockets", "random"):
        [file] = bundled_package(f"wasi:{name}@0.2.12") or ()
        (deps / f"{name}.wit").write_text(Path(file).read_text())
    return folder / "wit"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("browser")
    return compiled(WasmTools(), folder, package(folder, WORLD), "browser", SOURCE)


def test_all_of_wasi_has_glue(tmp_path: Path) -> None:
    """Without a warning, all functions of all its interfaces, imported as they are by programs and by servers."""
    world = """package demo:all;
world all {
  include wasi:cli/imports@0.2.12;
  include wasi:http/imports@0.2.12;
  export idle: func() -> u32;
}
"""
    idle = "uint32_t exports_all_idle(void) { return 7; }\n"
    made = compiled(WasmTools(), tmp_path, package(tmp_path, world), "all", idle)
    with Worker() as worker, worker.load(made).instantiate() as instance:
        assert instance.call_text("idle()").message == "7"
    header = (tmp_path / "all.h").read_text()
    for name in (
        "wasi_filesystem_types_method_descriptor_read_via_stream",
        "wasi_sockets_udp_method_udp_socket_start_bind",
    ):
        assert f" {name}(" in header


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """The address of a server of our own, and the paths that it was asked for."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(203)
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write("grüß"[:3].encode() + b"\n")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}", paths
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_request_that_is_granted(browser: Path, asked: tuple[str, list[str]]) -> None:
    address, paths = asked
    with Worker() as worker, worker.load(browser).instantiate(Grants(http=True), Limits(seconds=30)) as instance:
        for number in range(2):
            outcome = instance.call("get", [address, f"/a?b={number}"])
            assert isinstance(outcome, Returned) and outcome.text == 'ok((203, "grü\\n"))', outcome
    assert paths == ["/a?b=0", "/a?b=1"]


def test_a_request_that_is_not(browser: Path, asked: tuple[str, list[str]]) -> None:
    address, paths = asked
    with Worker() as worker, worker.load(browser).instantiate(Grants(network=True), Limits(seconds=30)) as instance:
        outcome = instance.call("get", [address, "/"])
        assert isinstance(outcome, Trapped) and "HTTP" in outcome.message, outcome
        again = instance.call("idle")
        assert isinstance(again, Returned) and again.value == 7
    assert paths == []

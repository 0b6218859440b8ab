;; Every type as a core module sees it, by hand: what is passed, what is returned, and how it lies in memory.
;; `witlens abi examples/types/wit compounds.shape` shows a layout, `compounds.echo-variant` a signature.
(module
  ;; Resources: the component turns numbers of ours into handles, which are all that others see.
  (import "[export]demo:types/resources@0.1.0" "[resource-new]counter" (func $handle-of (param i32) (result i32)))
  (import "[export]demo:types/resources@0.1.0" "[resource-rep]counter" (func $number-of (param i32) (result i32)))
  (import "[export]demo:types/resources@0.1.0" "[resource-drop]counter" (func $drop (param i32)))

  (memory (export "memory") 1)

  ;; The results of a call stand at 0; the values of counters, four bytes each, from 64 to 4096; what callers bring
  ;; with them stands above, and is never given back.
  (global $counters (mut i32) (i32.const 64))
  (global $free (mut i32) (i32.const 4096))

  (func (export "cabi_realloc")
    (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
    (local $start i32) (local $end i32) (local $pages i32)
    (local.set $start
      (i32.and
        (i32.add (global.get $free) (i32.sub (local.get $align) (i32.const 1)))
        (i32.sub (i32.const 0) (local.get $align))))
    (local.set $end (i32.add (local.get $start) (local.get $size)))
    (local.set $pages
      (i32.sub (i32.shr_u (i32.add (local.get $end) (i32.const 65535)) (i32.const 16)) (memory.size)))
    (if (i32.gt_s (local.get $pages) (i32.const 0))
      (then (if (i32.eq (memory.grow (local.get $pages)) (i32.const -1)) (then unreachable))))
    (memory.copy (local.get $start) (local.get $old) (local.get $old-size))
    (global.set $free (local.get $end))
    (local.get $start))

  ;; Numbers, booleans and characters are one core value: small integers an i32, floats themselves.
  (func (export "demo:types/primitives@0.1.0#echo-bool") (param i32) (result i32) (local.get 0))
  (func (export "demo:types/primitives@0.1.0#echo-u8") (param i32) (result i32) (local.get 0))
  (func (export "demo:types/primitives@0.1.0#echo-s8") (param i32) (result i32) (local.get 0))
  (func (export "demo:types/primitives@0.1.0#echo-u16") (param i32) (result i32) (local.get 0))
  (func (export "demo:types/primitives@0.1.0#echo-s16") (param i32) (result i32) (local.get 0))
  (func (export "demo:types/primitives@0.1.0#echo-u32") (param i32) (result i32) (local.get 0))
  (func (export "demo:types/primitives@0.1.0#echo-s32") (param i32) (result i32) (local.get 0))
  (func (export "demo:types/primitives@0.1.0#echo-u64") (param i64) (result i64) (local.get 0))
  (func (export "demo:types/primitives@0.1.0#echo-s64") (param i64) (result i64) (local.get 0))
  (func (export "demo:types/primitives@0.1.0#echo-f32") (param f32) (result f32) (local.get 0))
  (func (export "demo:types/primitives@0.1.0#echo-f64") (param f64) (result f64) (local.get 0))
  (func (export "demo:types/primitives@0.1.0#echo-char") (param i32) (result i32) (local.get 0))

  ;; A string is two: where it begins, and how many bytes. Only one core value can be returned, so that two and more
  ;; stand in memory, and their address is returned.
  (func $pair (param $start i32) (param $length i32) (result i32)
    (i32.store (i32.const 0) (local.get $start))
    (i32.store (i32.const 4) (local.get $length))
    (i32.const 0))
  (export "demo:types/primitives@0.1.0#echo-string" (func $pair))

  ;; Lists are like strings, whatever they are of; an alias is the type that it stands for.
  (export "demo:types/compounds@0.1.0#echo-list" (func $pair))
  (export "demo:types/compounds@0.1.0#echo-alias" (func $pair))

  ;; A record is its fields.
  (func (export "demo:types/compounds@0.1.0#echo-record") (param $x f32) (param $y f32) (result i32)
    (f32.store (i32.const 0) (local.get $x))
    (f32.store (i32.const 4) (local.get $y))
    (i32.const 0))

  ;; An enum is the number of its case, flags are a bit each.
  (func (export "demo:types/compounds@0.1.0#echo-enum") (param i32) (result i32) (local.get 0))
  (func (export "demo:types/compounds@0.1.0#echo-flags") (param i32) (result i32) (local.get 0))

  ;; A variant is the number of its case, and room for the payload of each: the second value is a float of `dot` and
  ;; `circle` or the address of `path`, so that it is passed as the bits, an i32.
  (func (export "demo:types/compounds@0.1.0#echo-variant")
    (param $case i32) (param $1 i32) (param $2 i32) (param $3 f32) (result i32)
    (i32.store8 (i32.const 0) (local.get $case))
    (i32.store (i32.const 4) (local.get $1))
    (i32.store (i32.const 8) (local.get $2))
    (f32.store (i32.const 12) (local.get $3))
    (i32.const 0))

  ;; A tuple is its parts, each where its alignment allows.
  (func (export "demo:types/compounds@0.1.0#echo-tuple")
    (param $number i32) (param $start i32) (param $length i32) (param $flag i32) (result i32)
    (i32.store8 (i32.const 0) (local.get $number))
    (i32.store (i32.const 4) (local.get $start))
    (i32.store (i32.const 8) (local.get $length))
    (i32.store8 (i32.const 12) (local.get $flag))
    (i32.const 0))

  ;; Seventeen values are too many to be passed: we get their address, where they lie as they would for a result.
  (func (export "demo:types/compounds@0.1.0#echo-wide") (param $value i32) (result i32) (local.get $value))

  ;; Options and results are variants too: none and some, ok and err.
  (func $case-and-text (param $case i32) (param $start i32) (param $length i32) (result i32)
    (i32.store8 (i32.const 0) (local.get $case))
    (i32.store (i32.const 4) (local.get $start))
    (i32.store (i32.const 8) (local.get $length))
    (i32.const 0))
  (export "demo:types/compounds@0.1.0#echo-option" (func $case-and-text))
  (export "demo:types/compounds@0.1.0#echo-result" (func $case-and-text))

  ;; A counter is the address of its value. Who constructs one gets a handle of it.
  (func (export "demo:types/resources@0.1.0#[constructor]counter") (param $start i32) (result i32)
    (local $counter i32)
    (local.set $counter (global.get $counters))
    (if (i32.ge_u (local.get $counter) (i32.const 4096)) (then unreachable))
    (global.set $counters (i32.add (local.get $counter) (i32.const 4)))
    (i32.store (local.get $counter) (local.get $start))
    (call $handle-of (local.get $counter)))

  ;; Methods, and functions that borrow, get the address.
  (func $value (export "demo:types/resources@0.1.0#[method]counter.value") (param $counter i32) (result i32)
    (i32.load (local.get $counter)))
  (func (export "demo:types/resources@0.1.0#[method]counter.increment") (param $counter i32) (result i32)
    (i32.store (local.get $counter) (i32.add (i32.load (local.get $counter)) (i32.const 1)))
    (i32.load (local.get $counter)))
  (func (export "demo:types/resources@0.1.0#[static]counter.larger") (param $a i32) (param $b i32) (result i32)
    (local $first i32) (local $second i32)
    (local.set $first (call $value (local.get $a)))
    (local.set $second (call $value (local.get $b)))
    (select (local.get $first) (local.get $second) (i32.gt_u (local.get $first) (local.get $second))))
  (export "demo:types/resources@0.1.0#look" (func $value))

  ;; Memory and globals are of one instance alone, so each instance counts what it made itself.
  (func (export "demo:types/resources@0.1.0#made") (result i32)
    (i32.shr_u (i32.sub (global.get $counters) (i32.const 64)) (i32.const 2)))

  ;; What is given away comes as a handle, and it is up to us to drop it.
  (func (export "demo:types/resources@0.1.0#take") (param $handle i32) (result i32)
    (local $value i32)
    (local.set $value (call $value (call $number-of (local.get $handle))))
    (call $drop (local.get $handle))
    (local.get $value)))

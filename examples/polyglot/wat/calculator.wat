;; The calculator as a core module, by hand: what every compiler below a component has to come down to.
;; `witlens abi examples/polyglot/wit operations.apply` shows the signatures, `operations.summary` the layout.
(module
  (memory (export "memory") 1)

  ;; Everything below is constant; what callers and results need is taken from here upwards, and never given back
  ;; but for the results of one call, which all stand at the same place.
  (data (i32.const 64) " = ")
  (global $free (mut i32) (i32.const 1024))

  (func $allocate (export "cabi_realloc")
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

  ;; result<s32, failure>: at 0 ok or err; at 8 the value, or which failure; at 16 the payload of overflow.
  (func (export "demo:calc/operations@0.1.0#apply")
    (param $left i32) (param $operator i32) (param $right i32) (result i32)
    (local $exact i64)
    (i64.store (i32.const 0) (i64.const 0))
    (i64.store (i32.const 8) (i64.const 0))
    (block $done
      (block $divide
        (block $multiply
          (block $subtract
            (block $add
              (br_table $add $subtract $multiply $divide (local.get $operator)))
            (local.set $exact
              (i64.add (i64.extend_i32_s (local.get $left)) (i64.extend_i32_s (local.get $right))))
            (br $done))
          (local.set $exact
            (i64.sub (i64.extend_i32_s (local.get $left)) (i64.extend_i32_s (local.get $right))))
          (br $done))
        (local.set $exact
          (i64.mul (i64.extend_i32_s (local.get $left)) (i64.extend_i32_s (local.get $right))))
        (br $done))
      (if (i32.eqz (local.get $right))
        (then
          (i32.store8 (i32.const 0) (i32.const 1))
          (return (i32.const 0))))
      (local.set $exact
        (i64.div_s (i64.extend_i32_s (local.get $left)) (i64.extend_i32_s (local.get $right)))))
    (if (i64.eq (i64.extend32_s (local.get $exact)) (local.get $exact))
      (then (i32.store (i32.const 8) (i32.wrap_i64 (local.get $exact))))
      (else
        (i32.store8 (i32.const 0) (i32.const 1))
        (i32.store8 (i32.const 8) (i32.const 1))
        (i64.store (i32.const 16) (local.get $exact))))
    (i32.const 0))

  ;; summary: at 0 the count, at 8 the sum, at 16 none or some, at 24 the mean.
  (func (export "demo:calc/operations@0.1.0#summarize") (param $values i32) (param $count i32) (result i32)
    (local $sum i64) (local $index i32)
    (block $end
      (loop $next
        (br_if $end (i32.ge_u (local.get $index) (local.get $count)))
        (local.set $sum
          (i64.add
            (local.get $sum)
            (i64.load32_s (i32.add (local.get $values) (i32.mul (local.get $index) (i32.const 4))))))
        (local.set $index (i32.add (local.get $index) (i32.const 1)))
        (br $next)))
    (i32.store (i32.const 0) (local.get $count))
    (i64.store (i32.const 8) (local.get $sum))
    (i64.store (i32.const 16) (i64.const 0))
    (if (local.get $count)
      (then
        (i32.store8 (i32.const 16) (i32.const 1))
        (f64.store (i32.const 24)
          (f64.div (f64.convert_i64_s (local.get $sum)) (f64.convert_i32_u (local.get $count))))))
    (i32.const 0))

  ;; string: at 0 where it is, at 4 how many bytes it has.
  (func (export "demo:calc/operations@0.1.0#label")
    (param $name i32) (param $length i32) (param $value i32) (result i32)
    (local $text i32) (local $digits i32) (local $rest i64)
    ;; The name, three bytes, and at most eleven of the number.
    (local.set $text
      (call $allocate (i32.const 0) (i32.const 0) (i32.const 1) (i32.add (local.get $length) (i32.const 14))))
    (memory.copy (local.get $text) (local.get $name) (local.get $length))
    (memory.copy (i32.add (local.get $text) (local.get $length)) (i32.const 64) (i32.const 3))
    ;; Digits from the last to the first, in the eleven bytes from 32.
    (local.set $rest (i64.extend_i32_s (local.get $value)))
    (if (i64.lt_s (local.get $rest) (i64.const 0))
      (then (local.set $rest (i64.sub (i64.const 0) (local.get $rest)))))
    (local.set $digits (i32.const 43))
    (loop $next
      (local.set $digits (i32.sub (local.get $digits) (i32.const 1)))
      (i32.store8 (local.get $digits)
        (i32.add (i32.const 48) (i32.wrap_i64 (i64.rem_u (local.get $rest) (i64.const 10)))))
      (local.set $rest (i64.div_u (local.get $rest) (i64.const 10)))
      (br_if $next (i64.ne (local.get $rest) (i64.const 0))))
    (if (i32.lt_s (local.get $value) (i32.const 0))
      (then
        (local.set $digits (i32.sub (local.get $digits) (i32.const 1)))
        (i32.store8 (local.get $digits) (i32.const 45))))
    (memory.copy
      (i32.add (i32.add (local.get $text) (local.get $length)) (i32.const 3))
      (local.get $digits)
      (i32.sub (i32.const 43) (local.get $digits)))
    (i32.store (i32.const 0) (local.get $text))
    (i32.store (i32.const 4)
      (i32.add (i32.add (local.get $length) (i32.const 3)) (i32.sub (i32.const 43) (local.get $digits))))
    (i32.const 0))

  ;; What a call took is free again once its string was read.
  (func (export "cabi_post_demo:calc/operations@0.1.0#label") (param i32)
    (global.set $free (i32.const 1024))))

;; The factory as a component by hand: two core modules, and what the component model puts around them.
(component
  ;; Where machines live: one block of eight bytes each, its next number and how many were drawn.
  ;; Blocks of machines that are gone are used again; `$unused` is the first one, each leads to the next.
  (core module $hall
    (memory (export "memory") 1)
    (global $end (mut i32) (i32.const 8))
    (global $unused (mut i32) (i32.const 0))
    (func (export "build") (param $first i32) (result i32)
      (local $machine i32)
      (local.set $machine (global.get $unused))
      (if (local.get $machine)
        (then (global.set $unused (i32.load (local.get $machine))))
        (else
          (local.set $machine (global.get $end))
          (global.set $end (i32.add (global.get $end) (i32.const 8)))
          (if (i32.gt_u (global.get $end) (i32.mul (memory.size) (i32.const 65536)))
            (then (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then unreachable))))))
      (i32.store (local.get $machine) (local.get $first))
      (i32.store offset=4 (local.get $machine) (i32.const 0))
      (local.get $machine))
    (func (export "scrap") (param $machine i32)
      (i32.store (local.get $machine) (global.get $unused))
      (global.set $unused (local.get $machine))))
  (core instance $hall (instantiate $hall))

  ;; A machine is its address, which only this component sees. Others hold handles.
  (type $machine (resource (rep i32) (dtor (core func $hall "scrap"))))
  (core func $handle (canon resource.new $machine))

  (core module $functions
    (import "hall" "memory" (memory 1))
    (import "hall" "build" (func $build (param i32) (result i32)))
    (import "machine" "handle" (func $handle (param i32) (result i32)))
    (func (export "constructor") (param $first i32) (result i32)
      (call $handle (call $build (local.get $first))))
    (func (export "draw") (param $machine i32) (result i32)
      (local $number i32)
      (local.set $number (i32.load (local.get $machine)))
      (i32.store (local.get $machine) (i32.add (local.get $number) (i32.const 1)))
      (i32.store offset=4 (local.get $machine)
        (i32.add (i32.load offset=4 (local.get $machine)) (i32.const 1)))
      (local.get $number))
    (func (export "drawn") (param $machine i32) (result i32)
      (i32.load offset=4 (local.get $machine))))
  (core instance $functions (instantiate $functions
    (with "hall" (instance $hall))
    (with "machine" (instance (export "handle" (func $handle))))))

  (func $constructor (param "first" u32) (result (own $machine))
    (canon lift (core func $functions "constructor")))
  (func $draw (param "self" (borrow $machine)) (result u32) (canon lift (core func $functions "draw")))
  (func $drawn (param "self" (borrow $machine)) (result u32) (canon lift (core func $functions "drawn")))

  ;; The interface: its functions speak of the resource by the name under which it is exported.
  (component $machines
    (import "machine-type" (type $machine (sub resource)))
    (import "machine-constructor" (func $constructor (param "first" u32) (result (own $machine))))
    (import "machine-draw" (func $draw (param "self" (borrow $machine)) (result u32)))
    (import "machine-drawn" (func $drawn (param "self" (borrow $machine)) (result u32)))
    (export $exported "machine" (type $machine))
    (export "[constructor]machine" (func $constructor)
      (func (param "first" u32) (result (own $exported))))
    (export "[method]machine.draw" (func $draw)
      (func (param "self" (borrow $exported)) (result u32)))
    (export "[method]machine.drawn" (func $drawn)
      (func (param "self" (borrow $exported)) (result u32))))
  (instance $interface (instantiate $machines
    (with "machine-type" (type $machine))
    (with "machine-constructor" (func $constructor))
    (with "machine-draw" (func $draw))
    (with "machine-drawn" (func $drawn))))
  (export "demo:tickets/machines@0.1.0" (instance $interface)))

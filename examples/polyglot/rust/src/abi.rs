//! What the Canonical ABI makes of interface operations: `witlens abi ../wit operations.apply` shows it.

use crate::{apply, label, summarize, Failure, Operator};
use std::alloc::{alloc, handle_alloc_error, realloc, Layout};

/// Where results lie until the next call: `result<s32, failure>`, `summary`, and a string.
static mut APPLIED: [u64; 3] = [0; 3];
static mut SUMMARIZED: [u64; 4] = [0; 4];
static mut LABELLED: [u32; 2] = [0; 2];

#[export_name = "demo:calc/operations@0.1.0#apply"]
pub unsafe extern "C" fn export_apply(left: i32, operator: u32, right: i32) -> *const u64 {
    let operator = match operator {
        0 => Operator::Add,
        1 => Operator::Subtract,
        2 => Operator::Multiply,
        _ => Operator::Divide,
    };
    APPLIED = match apply(left, operator, right) {
        Ok(value) => [0, u64::from(value as u32), 0],
        Err(Failure::DivisionByZero) => [1, 0, 0],
        Err(Failure::Overflow(exact)) => [1, 1, exact as u64],
    };
    std::ptr::addr_of!(APPLIED).cast()
}

#[export_name = "demo:calc/operations@0.1.0#summarize"]
pub unsafe extern "C" fn export_summarize(values: *mut i32, count: usize) -> *const u64 {
    let values = taken(values, count);
    let summary = summarize(&values);
    let mean = summary.mean.map_or([0, 0], |mean| [1, mean.to_bits()]);
    SUMMARIZED = [u64::from(summary.count), summary.sum as u64, mean[0], mean[1]];
    std::ptr::addr_of!(SUMMARIZED).cast()
}

#[export_name = "demo:calc/operations@0.1.0#label"]
pub unsafe extern "C" fn export_label(name: *mut u8, length: usize, value: i32) -> *const u32 {
    let name = taken(name, length);
    let text = label(std::str::from_utf8_unchecked(&name), value).into_boxed_str();
    LABELLED = [text.as_ptr() as u32, text.len() as u32];
    std::mem::forget(text);
    std::ptr::addr_of!(LABELLED).cast()
}

/// Gives back what `export_label` made, once its caller has read it.
#[export_name = "cabi_post_demo:calc/operations@0.1.0#label"]
pub unsafe extern "C" fn label_done(_: *const u32) {
    drop(taken(LABELLED[0] as *mut u8, LABELLED[1] as usize));
}

/// What a caller wrote for us into memory that it took from us is ours.
unsafe fn taken<T>(start: *mut T, count: usize) -> Vec<T> {
    if count == 0 {
        return Vec::new();
    }
    Vec::from_raw_parts(start, count, count)
}

extern "C" {
    fn __wasm_call_ctors();
}

/// Runs once, before anything else. Without it the linker would wrap each export, as for a program that begins and ends.
#[export_name = "_initialize"]
pub unsafe extern "C" fn initialize() {
    __wasm_call_ctors();
}

#[export_name = "cabi_realloc"]
pub unsafe extern "C" fn cabi_realloc(old: *mut u8, old_size: usize, align: usize, size: usize) -> *mut u8 {
    if size == 0 {
        return align as *mut u8;
    }
    let layout = Layout::from_size_align_unchecked(size, align);
    let new = if old_size == 0 {
        alloc(layout)
    } else {
        realloc(old, Layout::from_size_align_unchecked(old_size, align), size)
    };
    if new.is_null() {
        handle_alloc_error(layout);
    }
    new
}

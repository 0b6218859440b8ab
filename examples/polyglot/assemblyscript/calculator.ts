// The calculator in AssemblyScript. Its exports cannot be called `demo:calc/operations@0.1.0#apply`, so Witlens renames
// `operations_apply`. Parameters are the flat ones of the Canonical ABI; results lie in memory as it says.

const EMPTY: usize = 4;

// result<s32, failure>: at 0 ok or err; at 8 the value, or which failure; at 16 the payload of overflow.
const applied = memory.data(24, 8);
// summary: at 0 the count, at 8 the sum, at 16 none or some, at 24 the mean.
const summary = memory.data(32, 8);
// string: at 0 where it is, at 4 how many bytes it has.
const text = memory.data(8, 4);

export function operations_apply(left: i32, operator: i32, right: i32): usize {
  memory.fill(applied, 0, 24);
  let exact: i64 = 0;
  switch (operator) {
    case 0:
      exact = <i64>left + <i64>right;
      break;
    case 1:
      exact = <i64>left - <i64>right;
      break;
    case 2:
      exact = <i64>left * <i64>right;
      break;
    default:
      if (right == 0) {
        store<u8>(applied, 1);
        return applied;
      }
      exact = <i64>left / <i64>right;
  }
  if (exact < i32.MIN_VALUE || exact > i32.MAX_VALUE) {
    store<u8>(applied, 1);
    store<u8>(applied, 1, 8);
    store<i64>(applied, exact, 16);
  } else {
    store<i32>(applied, <i32>exact, 8);
  }
  return applied;
}

export function operations_summarize(values: usize, count: u32): usize {
  memory.fill(summary, 0, 32);
  let sum: i64 = 0;
  for (let index: u32 = 0; index < count; index++) {
    sum += load<i32>(values + (<usize>index << 2));
  }
  store<u32>(summary, count);
  store<i64>(summary, sum, 8);
  if (count > 0) {
    store<u8>(summary, 1, 16);
    store<f64>(summary, <f64>sum / <f64>count, 24);
  }
  return summary;
}

export function operations_label(name: usize, length: u32, value: i32): usize {
  const rest = String.UTF8.encode(" = " + value.toString());
  const start = heap.alloc(length + rest.byteLength);
  memory.copy(start, name, length);
  memory.copy(start + length, changetype<usize>(rest), rest.byteLength);
  store<usize>(text, start);
  store<u32>(text, length + rest.byteLength, 4);
  return text;
}

// Callers take the memory for their lists and strings from us. This runtime never frees.
export function cabi_realloc(old: usize, oldSize: usize, align: usize, size: usize): usize {
  if (size == 0) return EMPTY;
  const start = heap.alloc(size);
  memory.copy(start, old, oldSize);
  return start;
}

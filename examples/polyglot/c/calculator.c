// The calculator in C. abi.h says what the Canonical ABI makes of the WIT; this file is plain C.

#include <stdio.h>
#include <string.h>

#include "abi.h"

const applied *apply(int32_t left, uint32_t operator, int32_t right) {
  static applied result;
  int64_t exact = 0;
  memset(&result, 0, sizeof result);
  switch (operator) {
    case OPERATOR_ADD:
      exact = (int64_t)left + right;
      break;
    case OPERATOR_SUBTRACT:
      exact = (int64_t)left - right;
      break;
    case OPERATOR_MULTIPLY:
      exact = (int64_t)left * right;
      break;
    case OPERATOR_DIVIDE:
      if (right == 0) {
        result.is_error = true;
        result.failure.which = FAILURE_DIVISION_BY_ZERO;
        return &result;
      }
      exact = (int64_t)left / right;
  }
  if (exact < INT32_MIN || exact > INT32_MAX) {
    result.is_error = true;
    result.failure.which = FAILURE_OVERFLOW;
    result.failure.overflow = exact;
  } else {
    result.value = (int32_t)exact;
  }
  return &result;
}

// The caller took memory from us for the list, and leaves it to us.
const summary *summarize(int32_t *values, uint32_t count) {
  static summary result;
  memset(&result, 0, sizeof result);
  result.count = count;
  for (uint32_t index = 0; index < count; index++) result.sum += values[index];
  if (count > 0) {
    result.has_mean = true;
    result.mean = (double)result.sum / count;
    free(values);
  }
  return &result;
}

const text *label(char *name, uint32_t length, int32_t value) {
  static text result;
  // The name, " = ", at most eleven characters of the number, and the end of a C string.
  result.start = malloc(length + 3 + 11 + 1);
  if (result.start == NULL) abort();
  memcpy(result.start, name, length);
  if (length > 0) free(name);
  result.length = length + sprintf(result.start + length, " = %d", (int)value);
  return &result;
}

void label_done(text *result) { free(result->start); }

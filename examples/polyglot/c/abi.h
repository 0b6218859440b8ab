// Interface operations of demo:calc as the Canonical ABI sees it: types as they lie in memory, functions as they are
// exported. `witlens abi` shows both; `wit-bindgen c` would make a file like this one.

#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define EXPORT(name) __attribute__((export_name(name)))

enum { OPERATOR_ADD, OPERATOR_SUBTRACT, OPERATOR_MULTIPLY, OPERATOR_DIVIDE };
enum { FAILURE_DIVISION_BY_ZERO, FAILURE_OVERFLOW };

// result<s32, failure>
typedef struct {
  bool is_error;
  union {
    int32_t value;
    struct {
      uint8_t which;
      int64_t overflow;
    } failure;
  };
} applied;

typedef struct {
  uint32_t count;
  int64_t sum;
  bool has_mean;
  double mean;
} summary;

typedef struct {
  char *start;
  uint32_t length;
} text;

EXPORT("demo:calc/operations@0.1.0#apply") const applied *apply(int32_t left, uint32_t operator, int32_t right);
EXPORT("demo:calc/operations@0.1.0#summarize") const summary *summarize(int32_t *values, uint32_t count);
EXPORT("demo:calc/operations@0.1.0#label") const text *label(char *name, uint32_t length, int32_t value);
EXPORT("cabi_post_demo:calc/operations@0.1.0#label") void label_done(text *result);

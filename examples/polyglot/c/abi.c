// What every module with lists or strings has: callers take the memory for them from us.

#include "abi.h"

EXPORT("cabi_realloc") void *cabi_realloc(void *old, size_t old_size, size_t align, size_t size) {
  (void)old_size;
  if (size == 0) return (void *)align;
  void *result = realloc(old, size);
  if (result == NULL) abort();
  return result;
}

// Gives main.c a variable, functions and an allocator on the heap of all; has a world of its own, which imports `log`.
#include "shared.h"

__attribute__((import_module("$root"), import_name("log"))) void log_line(const char *text, size_t size);
extern char __heap_base;
extern char __heap_end;
int of_main(int value);

int counter = 41;
int constructed;
char *top = &__heap_base;

__attribute__((constructor)) static void construct(void) {
    constructed = &__heap_end > &__heap_base ? counter : -1;
    log_line("constructing", 12);
}

int twice(int value) { return 2 * value; }
function pointer_to_twice(void) { return twice; }

int apply(function called, int value) {
    log_line("applying", 8);
    return called(of_main(value));
}

#ifndef PLAIN
// A symbol with the name of a function of the world, which is something else.
int total(void) { return -1; }
#endif

void *cabi_realloc(void *old, size_t had, size_t alignment, size_t size) {
    top = (char *)(((size_t)top + alignment - 1) & ~(alignment - 1));
    char *made = top;
    for (size_t at = 0; at < had && at < size; at++) made[at] = ((char *)old)[at];
    top += size;
    return made;
}

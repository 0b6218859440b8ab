// Exports the world: uses variables, functions and pointers of help.c, and opens libraries by name.
#include "shared.h"

extern int counter;
extern int absent(int) __attribute__((weak));
void *dlopen(const char *name, int flags);
void *dlsym(void *library, const char *symbol);
char *dlerror(void);

static int begun;
int *where = &counter;
int (*pointer)(int) = twice;

__attribute__((constructor)) static void begin(void) { begun = constructed; }

// What help.c and the plugin call: libraries need each other in a circle.
int of_main(int value) { return value + 1; }

__attribute__((export_name("total"))) int total(int a, int b) {
    counter += 1;
    return pointer(a) + twice(b) + apply(of_main, 100);
}

__attribute__((export_name("state"))) int state(void) { return begun * 1000 + *where; }

__attribute__((export_name("same"))) int same(void) { return pointer == pointer_to_twice() && absent == 0; }

__attribute__((export_name("call-absent"))) int call_absent(void) { return absent(1); }

static char *terminated(const char *text, size_t size) {
    char *copy = cabi_realloc(0, 0, 1, size + 1);
    for (size_t at = 0; at < size; at++) copy[at] = text[at];
    copy[size] = 0;
    return copy;
}

__attribute__((export_name("open"))) int open(const char *name, size_t size, const char *symbol, size_t length, int value) {
    void *library = dlopen(terminated(name, size), 1);
    if (library == 0) return -1;
    int (*found)(int) = dlsym(library, terminated(symbol, length));
    return found == 0 ? -2 : found(value);
}

__attribute__((export_name("look"))) int look(const char *name, size_t size, const char *symbol, size_t length) {
    int *found = dlsym(dlopen(terminated(name, size), 1), terminated(symbol, length));
    return found == 0 ? -1 : *found;
}

__attribute__((export_name("failure"))) string *failure(void) {
    static string result;
    result.text = dlerror();
    if (result.text == 0) result.text = "none";
    for (result.size = 0; result.text[result.size]; result.size++) {}
    return &result;
}

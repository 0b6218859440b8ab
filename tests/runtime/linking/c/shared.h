typedef __SIZE_TYPE__ size_t;
typedef int (*function)(int);
typedef struct { char *text; size_t size; } string;

extern int constructed;
int twice(int value);
function pointer_to_twice(void);
int apply(function called, int value);
void *cabi_realloc(void *old, size_t had, size_t alignment, size_t size);

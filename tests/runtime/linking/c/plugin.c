// Opened by name while the component runs; calls back into main.c.
int of_main(int value);

int limit = 99;
int square(int value) { return value * value; }
int next(int value) { return of_main(value); }

// Tells what it was given: its arguments, one variable of the environment, and a file.
// tell [FILE [CODE]] exits with CODE.

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int count, char **arguments) {
  for (int index = 1; index < count; index++) printf("argument %d: %s\n", index, arguments[index]);

  const char *greeting = getenv("GREETING");
  printf("GREETING is %s\n", greeting == NULL ? "not set" : greeting);

  if (count > 1) {
    FILE *file = fopen(arguments[1], "r");
    if (file == NULL) {
      fprintf(stderr, "%s: %s\n", arguments[1], strerror(errno));
      return 2;
    }
    char line[256];
    while (fgets(line, sizeof line, file) != NULL) printf("read: %s", line);
    fclose(file);
  }
  return count > 2 ? atoi(arguments[2]) : 0;
}

// Tells what it was given: its arguments, one variable of the environment, and a file.
// tell [FILE [CODE]] exits with CODE.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
)

func main() {
	for index, argument := range os.Args[min(1, len(os.Args)):] {
		fmt.Printf("argument %d: %s\n", index+1, argument)
	}
	greeting, found := os.LookupEnv("GREETING")
	if !found {
		greeting = "not set"
	}
	fmt.Println("GREETING is", greeting)

	if len(os.Args) > 1 {
		file, err := os.Open(os.Args[1])
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		for lines := bufio.NewScanner(file); lines.Scan(); {
			fmt.Println("read:", lines.Text())
		}
	}
	if len(os.Args) > 2 {
		code, _ := strconv.Atoi(os.Args[2])
		os.Exit(code)
	}
}

// The calculator in Go, as a reactor: Go knows nothing of components yet, so abi.go carries values over by hand.
package main

import (
	"math"
	"strconv"
)

type operator uint32

const (
	add operator = iota
	subtract
	multiply
	divide
)

// failure says why an operation has no result: division by zero, or the result that does not fit.
type failure struct {
	divisionByZero bool
	overflow       int64
}

func apply(left int32, op operator, right int32) (int32, *failure) {
	var exact int64
	switch op {
	case add:
		exact = int64(left) + int64(right)
	case subtract:
		exact = int64(left) - int64(right)
	case multiply:
		exact = int64(left) * int64(right)
	case divide:
		if right == 0 {
			return 0, &failure{divisionByZero: true}
		}
		exact = int64(left) / int64(right)
	}
	if exact < math.MinInt32 || exact > math.MaxInt32 {
		return 0, &failure{overflow: exact}
	}
	return int32(exact), nil
}

func sum(values []int32) (sum int64) {
	for _, value := range values {
		sum += int64(value)
	}
	return sum
}

func label(name string, value int32) string {
	return name + " = " + strconv.Itoa(int(value))
}

// A reactor has no main that runs; Go wants one all the same.
func main() {}

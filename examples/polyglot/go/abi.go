package main

import "unsafe"

// What the Canonical ABI makes of interface operations: `witlens abi ../wit operations.apply` shows it.

// kept holds what callers wrote for us, and the result of the last call, against the garbage collector.
var kept = map[unsafe.Pointer][]uint64{}

// The name says that it is for our exports alone: the adapter of WASI wants memory before Go is ready to give any.
//
//go:wasmexport cabi_export_realloc
func realloc(old unsafe.Pointer, oldSize, align, size uint32) unsafe.Pointer {
	block := make([]uint64, size/8+1) // aligned for every type
	start := unsafe.Pointer(&block[0])
	copy(unsafe.Slice((*byte)(start), size), unsafe.Slice((*byte)(old), oldSize))
	delete(kept, old)
	kept[start] = block
	return start
}

// taken gives back what is at the start of a block that a caller wrote; from then on the garbage collector has it.
func taken[T any](start unsafe.Pointer, count uint32) []T {
	delete(kept, start)
	if count == 0 {
		return nil
	}
	return unsafe.Slice((*T)(start), count)
}

// result is result<s32, failure> as it lies in memory: which at 0, value or failure at 8, payload at 16.
var result [3]uint64

//go:wasmexport demo:calc/operations@0.1.0#apply
func exportApply(left int32, op uint32, right int32) unsafe.Pointer {
	result = [3]uint64{}
	value, why := apply(left, operator(op), right)
	switch {
	case why == nil:
		result[1] = uint64(uint32(value)) // at 0: ok; at 8: the value
	case why.divisionByZero:
		result[0] = 1 // err, and the first failure
	default:
		result[0], result[1], result[2] = 1, 1, uint64(why.overflow) // err; the second failure; its payload
	}
	return unsafe.Pointer(&result)
}

// summary is the record as it lies in memory.
type summary struct {
	count   uint32
	sum     int64
	hasMean bool
	mean    float64
}

var summarized summary

//go:wasmexport demo:calc/operations@0.1.0#summarize
func exportSummarize(start unsafe.Pointer, count uint32) unsafe.Pointer {
	values := taken[int32](start, count)
	summarized = summary{count: count, sum: sum(values)}
	if count > 0 {
		summarized.hasMean, summarized.mean = true, float64(summarized.sum)/float64(count)
	}
	return unsafe.Pointer(&summarized)
}

// labelled is a string as it lies in memory, and its bytes. A pointer of Go has 64 bits here, one of the ABI 32.
var labelled struct {
	start, size uint32
	bytes       []byte
}

//go:wasmexport demo:calc/operations@0.1.0#label
func exportLabel(start unsafe.Pointer, size uint32, value int32) unsafe.Pointer {
	labelled.bytes = []byte(label(string(taken[byte](start, size)), value))
	labelled.start, labelled.size = uint32(uintptr(unsafe.Pointer(&labelled.bytes[0]))), uint32(len(labelled.bytes))
	return unsafe.Pointer(&labelled)
}

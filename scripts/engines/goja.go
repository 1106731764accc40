// Runs a script in a fresh goja runtime each time: goja SCRIPT INPUT SECONDS
package main

import (
	"encoding/json"
	"fmt"
	"io/ioutil"
	"os"
	"sort"
	"strconv"
	"time"

	"github.com/dop251/goja"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

var call = goja.MustCompile("call", "JSON.stringify(transform(JSON.parse(text), {}))", false)

func once(program *goja.Program, input string) string {
	vm := goja.New()
	vm.Set("text", input)
	_, err := vm.RunProgram(program)
	check(err)
	output, err := vm.RunProgram(call)
	check(err)
	return output.String()
}

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 }

func main() {
	source, err := ioutil.ReadFile(os.Args[1])
	check(err)
	bytes, err := ioutil.ReadFile(os.Args[2])
	check(err)
	input := string(bytes)
	seconds, err := strconv.ParseFloat(os.Args[3], 64)
	check(err)
	began := time.Now()
	program, err := goja.Compile("script.js", string(source), false)
	check(err)
	output := once(program, input)
	first := micros(time.Since(began))
	var times []float64
	var sum float64
	for end := time.Now().Add(time.Duration(seconds * 1e9)); time.Now().Before(end); {
		start := time.Now()
		once(program, input)
		took := micros(time.Since(start))
		times = append(times, took)
		sum += took
	}
	sort.Float64s(times)
	line, err := json.Marshal(map[string]interface{}{
		"first": first, "quick": times[len(times)/20], "median": times[len(times)/2],
		"perSecond": float64(len(times)) / sum * 1e6, "bytes": len(output),
	})
	check(err)
	fmt.Println(string(line))
}

// Has Go decode what the product wrote: reads the output of write.ts and prints ours-on-the-wire.json.
// ../README.md tells how to run it.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding"
	"encoding/base64"
	"encoding/binary"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/rpc"
	"os"
	"reflect"
	"strconv"
	"strings"

	"github.com/mattermost/mattermost/server/public/model"
)

type message struct {
	About string `json:"about"`
	Bytes []byte `json:"bytes"`
	Saw   []any  `json:"saw"`
}

type stream struct {
	Name     string     `json:"name"`
	Reads    string     `json:"reads"`
	Messages []*message `json:"messages"`
}

// limited is one stream that ends where the current message ends: reading on would be a fault.
type limited struct{ rest []byte }

func (l *limited) Read(p []byte) (int, error) {
	if len(l.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, l.rest)
	l.rest = l.rest[n:]
	return n, nil
}

func (l *limited) ReadByte() (byte, error) {
	var b [1]byte
	_, err := l.Read(b[:])
	return b[0], err
}

// request reads as net/rpc's server does, into the argument of the server's own method.
func request(dec *gob.Decoder) ([]any, error) {
	var head rpc.Request
	if err := dec.Decode(&head); err != nil {
		return nil, err
	}
	target, err := argument(head.ServiceMethod)
	if err != nil {
		return nil, err
	}
	if err := dec.Decode(target); err != nil {
		return nil, err
	}
	return []any{wire(reflect.ValueOf(head)), wire(reflect.ValueOf(target).Elem())}, nil
}

// response reads as net/rpc's client does, into what the server waits with.
func response(dec *gob.Decoder) ([]any, error) {
	var head rpc.Response
	if err := dec.Decode(&head); err != nil {
		return nil, err
	}
	var target any
	if head.Error == "" {
		var err error
		if target, err = reply(head.ServiceMethod); err != nil {
			return nil, err
		}
	}
	if err := dec.Decode(target); err != nil {
		return nil, err
	}
	if target == nil {
		return []any{wire(reflect.ValueOf(head)), nil}, nil
	}
	return []any{wire(reflect.ValueOf(head)), wire(reflect.ValueOf(target).Elem())}, nil
}

func argument(method string) (any, error) {
	name := strings.TrimPrefix(method, "Plugin.")
	if a, ok := writer[name]; ok {
		return fresh(a), nil
	}
	if m, ok := api[name]; ok {
		return fresh(m), nil
	}
	return nil, fmt.Errorf("methods.go does not know the call %s", method)
}

func reply(method string) (any, error) {
	if r, ok := control[method]; ok {
		return fresh(r), nil
	}
	name := strings.TrimPrefix(method, "Plugin.")
	r, ok := hooks[name]
	if !ok {
		return nil, fmt.Errorf("methods.go does not know the hook %s", method)
	}
	if r == nil {
		return nil, nil
	}
	return fresh(r), nil
}

func fresh(of any) any { return reflect.New(reflect.TypeOf(of)).Interface() }

const long = 2000

// wire shows a value as the other golden files do: fields that gob leaves out are absent.
func wire(v reflect.Value) any {
	if v.Kind() == reflect.Pointer {
		return wire(v.Elem())
	}
	if opaque(v.Type()) {
		a := reflect.New(v.Type())
		a.Elem().Set(v)
		b, err := a.Interface().(encoding.BinaryMarshaler).MarshalBinary()
		if err != nil {
			panic(err)
		}
		return map[string]any{"$binary": b}
	}
	switch v.Kind() {
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			if v.Len() > long {
				return map[string]any{"$long": digest(v.Bytes())}
			}
			return map[string]any{"$bytes": base64.StdEncoding.EncodeToString(v.Bytes())}
		}
		l := []any{}
		for i := 0; i < v.Len(); i++ {
			l = append(l, wire(v.Index(i)))
		}
		return l
	case reflect.Map:
		m := map[string]any{}
		for _, k := range v.MapKeys() {
			m[k.String()] = wire(v.MapIndex(k))
		}
		return m
	case reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return map[string]any{"$iface": nameOf(v.Elem().Type()), "value": wire(v.Elem())}
	case reflect.Struct:
		m := map[string]any{}
		for i := 0; i < v.NumField(); i++ {
			f, held := v.Type().Field(i), v.Field(i)
			if f.IsExported() && sent(held) {
				m[f.Name] = wire(held)
				// A struct that is no pointer is the same whether it came empty or not at all.
				if held.Kind() == reflect.Struct && held.IsZero() {
					m[f.Name] = map[string]any{"$zero": "struct"}
				}
			}
		}
		return m
	case reflect.String:
		if v.Len() > long {
			return map[string]any{"$long": digest([]byte(v.String()))}
		}
		return v.String()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if n := v.Int(); n > 1<<53-1 || n < -(1<<53-1) {
			return map[string]any{"$int": strconv.FormatInt(n, 10)}
		}
		return v.Int()
	case reflect.Float64:
		f := v.Float()
		switch {
		case math.IsNaN(f):
			return map[string]any{"$float": "NaN"}
		case math.IsInf(f, 1):
			return map[string]any{"$float": "+Inf"}
		case math.IsInf(f, -1):
			return map[string]any{"$float": "-Inf"}
		case f == 0 && math.Signbit(f):
			return map[string]any{"$float": "-0"}
		}
		return f
	}
	return v.Interface()
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return fmt.Sprintf("%d bytes, sha256 %s", len(b), hex.EncodeToString(sum[:]))
}

func opaque(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.BinaryMarshaler]())
}

func nameOf(t reflect.Type) string {
	if t == reflect.TypeFor[[]*model.MessageAttachment]() {
		return "[]*model.SlackAttachment"
	}
	return t.String()
}

func sent(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer:
		return !v.IsNil() && sent(v.Elem())
	case reflect.Struct:
		return !opaque(v.Type()) || !v.IsZero()
	case reflect.Slice, reflect.Map:
		return v.Len() > 0
	case reflect.Func, reflect.Chan:
		return false
	}
	return !v.IsZero()
}

func read(s *stream) error {
	var all limited
	dec := gob.NewDecoder(&all)
	for _, m := range s.Messages {
		all.rest = m.Bytes
		for len(all.rest) > 0 || m.Saw == nil {
			var saw []any
			var err error
			switch s.Reads {
			case "requests":
				saw, err = request(dec)
			case "responses":
				saw, err = response(dec)
			case "varints":
				var n int64
				n, err = binary.ReadVarint(&all)
				saw = []any{n}
			case "ids":
				var id uint32
				err = binary.Read(&all, binary.LittleEndian, &id)
				saw = []any{id}
			}
			if err != nil {
				return fmt.Errorf("%s, %s: %w", s.Name, m.About, err)
			}
			m.Saw = append(m.Saw, saw...)
		}
	}
	return nil
}

func main() {
	var streams []*stream
	if err := json.NewDecoder(os.Stdin).Decode(&streams); err != nil {
		panic(err)
	}
	failed := false
	for _, s := range streams {
		if err := read(s); err != nil {
			fmt.Fprintln(os.Stderr, err)
			failed = true
		}
	}
	if failed {
		os.Exit(1)
	}
	// One message a line, so that changes can be looked at.
	var out bytes.Buffer
	enc := func(v any) string {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(v); err != nil {
			panic(err)
		}
		return strings.TrimSpace(b.String())
	}
	for i, s := range streams {
		fmt.Fprintf(&out, "%s{\"name\":%s,\"reads\":%s,\"messages\":[\n", []string{",", "["}[b2i(i == 0)], enc(s.Name), enc(s.Reads))
		for j, m := range s.Messages {
			out.WriteString([]string{",", ""}[b2i(j == 0)] + enc(m) + "\n")
		}
		out.WriteString("]}\n")
	}
	out.WriteString("]\n")
	os.Stdout.Write(out.Bytes())
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

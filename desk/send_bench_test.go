package desk

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
)

// tenLines is plainINV01 with ten lines.
func tenLines() string {
	at, end := strings.Index(plainINV01, `{"SlNo":"1"`), strings.Index(plainINV01, `],`+"\n"+`"ValDtls"`)
	line := plainINV01[at:end]
	lines := make([]string, 10)
	for i := range lines {
		lines[i] = strings.Replace(line, `"SlNo":"1"`, fmt.Sprintf(`"SlNo":"%d"`, i+1), 1)
	}
	return plainINV01[:at] + strings.Join(lines, ",") + `],"ValDtls":{"AssVal":129000,"CgstVal":3225,"SgstVal":3225,"IgstVal":0,"TotInvVal":135450}}`
}

// BenchmarkSend has 32 callers send documents of ten lines: new ones, and one and the same again
// and again.
func BenchmarkSend(b *testing.B) {
	document := tenLines()
	for name, number := range map[string]func(int64) string{
		"new":   func(n int64) string { return fmt.Sprintf("ERP/%d", n) },
		"again": func(int64) string { return "ERP/1" },
	} {
		b.Run(name, func(b *testing.B) {
			h := build(b)
			if _, err := h.Send(b.Context(), h.company, []byte(strings.ReplaceAll(document, "ERP/77", "ERP/1"))); err != nil {
				b.Fatal(err)
			}
			var last atomic.Int64
			last.Store(1)
			b.SetParallelism(16)
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					data := []byte(strings.ReplaceAll(document, "ERP/77", number(last.Add(1))))
					if _, err := h.Send(b.Context(), h.company, data); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}

// BenchmarkOpen reads a document of ten lines.
func BenchmarkOpen(b *testing.B) {
	data := []byte(tenLines())
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := Open(data); err != nil {
			b.Fatal(err)
		}
	}
}

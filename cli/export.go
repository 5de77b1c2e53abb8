package cli

import (
	"bufio"
	"fmt"

	"oobscope/audit"
	"oobscope/audit/report"
	"oobscope/tui"
)

// export writes the report of a run into the working directory and returns the file's name.
func (p *program) export(st *tui.Stored, format string) (string, error) {
	f, err := report.FormatNamed(format)
	if err != nil {
		return "", err
	}
	extension := format
	switch format {
	case "markdown":
		extension = "md"
	case "text":
		extension = "txt"
	}
	name := fmt.Sprintf("oobscope-%s.%s", st.Run.ID, extension)
	complete := st.Run.State == audit.RunComplete
	src := report.Source{
		Run: st.Run, Results: st.Results, Evidence: st.Evidence, Exit: audit.ExitCode(st.Results, 1, complete),
	}
	return name, writeFile(name, func(out *bufio.Writer) error { return report.Write(out, f, src) })
}

package views

import (
	"image/color"
	"math"
	"slices"
	"testing"

	"charm.land/lipgloss/v2"
)

// xterm are the 16 base colours as xterm has them; nearly every terminal has the same or kinder ones.
var xterm = [16][3]float64{
	{0, 0, 0}, {205, 0, 0}, {0, 205, 0}, {205, 205, 0}, {0, 0, 238}, {205, 0, 205}, {0, 205, 205}, {229, 229, 229},
	{127, 127, 127}, {255, 0, 0}, {0, 255, 0}, {255, 255, 0}, {92, 92, 255}, {255, 0, 255}, {0, 255, 255}, {255, 255, 255},
}

var black, white = [3]float64{}, [3]float64{1, 1, 1}

// linear is a colour in linear light (sRGB, IEC 61966-2-1); the terminal's own is the opposite of the ground.
func linear(c color.Color, ground [3]float64) [3]float64 {
	if _, own := c.(lipgloss.NoColor); own {
		return [3]float64{1 - ground[0], 1 - ground[1], 1 - ground[2]}
	}
	r, g, b, _ := c.RGBA()
	v := [3]float64{float64(r) / 0xffff * 255, float64(g) / 0xffff * 255, float64(b) / 0xffff * 255}
	if i := slices.Index(baseColours, c); i >= 0 {
		v = xterm[i]
	}
	for i := range v {
		if v[i] /= 255; v[i] <= 0.04045 {
			v[i] /= 12.92
		} else {
			v[i] = math.Pow((v[i]+0.055)/1.055, 2.4)
		}
	}
	return v
}

var baseColours = []color.Color{lipgloss.Black, lipgloss.Red, lipgloss.Green, lipgloss.Yellow, lipgloss.Blue, lipgloss.Magenta, lipgloss.Cyan, lipgloss.White,
	lipgloss.BrightBlack, lipgloss.BrightRed, lipgloss.BrightGreen, lipgloss.BrightYellow, lipgloss.BrightBlue, lipgloss.BrightMagenta, lipgloss.BrightCyan, lipgloss.BrightWhite}

func luminance(v [3]float64) float64 { return 0.2126*v[0] + 0.7152*v[1] + 0.0722*v[2] }

// contrast is the ratio of WCAG 2.2, 1.4.3.
func contrast(a, b [3]float64) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// meaning are the hues that text has whose colour says something.
func (h *hues) meaning() map[string]color.Color {
	return map[string]color.Color{"bad": h.red, "good": h.green, "warning": h.yellow, "key": h.blue, "doubt": h.magenta, "remark": h.cyan}
}

// Every theme can be read on the ground that it is for: 4.5:1 for text (WCAG AA; a base colour of xterm's comes to
// 4.4), 3:1 for what is dimmed; without knowing the ground 3.5:1 on both.
func TestContrast(t *testing.T) {
	t.Parallel()
	if r := contrast(black, white); math.Abs(r-21) > 0.01 {
		t.Fatalf("black on white is %.2f", r)
	}
	dark, light := [][3]float64{black}, [][3]float64{white}
	for _, row := range []struct {
		dress   Dress
		grounds [][3]float64
		least   float64
	}{
		{Dress{Name: "dark"}, dark, 4.4}, {Dress{Name: "dark", Sixteen: true}, dark, 4.4}, {Dress{Ground: DarkGround}, dark, 4.4},
		{Dress{Name: "light"}, light, 4.5}, {Dress{Name: "light", Sixteen: true}, light, 4.5}, {Dress{Ground: LightGround}, light, 4.5},
		{Dress{}, [][3]float64{black, white}, 3.5}, {Dress{Sixteen: true}, dark, 4.4},
		{Dress{Name: "high-contrast", Ground: DarkGround}, dark, 6.7}, {Dress{Name: "high-contrast", Ground: LightGround}, light, 6.7},
		{Dress{Name: "high-contrast", Ground: DarkGround, Sixteen: true}, dark, 6.7}, {Dress{Name: "high-contrast", Ground: LightGround, Sixteen: true}, light, 6.7},
		{Dress{Name: "colour-blind", Ground: DarkGround}, dark, 4.4}, {Dress{Name: "colour-blind", Ground: LightGround}, light, 4.4},
		{Dress{Name: "colour-blind", Ground: DarkGround, Sixteen: true}, dark, 4.4}, {Dress{Name: "colour-blind", Ground: LightGround, Sixteen: true}, light, 3.9},
		{Dress{Name: "mono"}, dark, 21}, {Dress{Name: "mono"}, light, 21},
	} {
		h := row.dress.hues()
		for _, ground := range row.grounds {
			for what, c := range h.meaning() {
				if got := contrast(linear(c, ground), ground); got < row.least {
					t.Errorf("%+v: %s has %.2f:1 on %v, want %.1f", row.dress, what, got, ground, row.least)
				}
			}
			if got := contrast(linear(h.grey, ground), ground); got < 3 {
				t.Errorf("%+v: what is dimmed has %.2f:1 on %v", row.dress, got, ground)
			}
		}
	}
}

// blindness are what people without one kind of cone see, in linear light (Machado, Oliveira, Fernandes 2009,
// severity 1.0).
var blindness = map[string][3][3]float64{
	"none":         {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protanopia":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"tritanopia":   {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
}

// lab is a colour in CIE L*a*b* (D65), as it is seen.
func lab(v [3]float64, seen [3][3]float64) [3]float64 {
	var s [3]float64
	for i := range s {
		s[i] = min(1, max(0, seen[i][0]*v[0]+seen[i][1]*v[1]+seen[i][2]*v[2]))
	}
	f := func(t float64) float64 {
		if t > 0.008856 {
			return math.Cbrt(t)
		}
		return 7.787*t + 16.0/116
	}
	x, y, z := f((0.4124*s[0]+0.3576*s[1]+0.1805*s[2])/0.95047), f(luminance(s)), f((0.0193*s[0]+0.1192*s[1]+0.9505*s[2])/1.08883)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

func apartBy(a, b [3]float64) float64 {
	return math.Sqrt((a[0]-b[0])*(a[0]-b[0]) + (a[1]-b[1])*(a[1]-b[1]) + (a[2]-b[2])*(a[2]-b[2]))
}

// Good, bad and a warning stay apart for everybody in the theme for the colour blind. 20 in CIE76 is about ten
// times what can just be told apart.
func TestColourBlindThemeIsTold(t *testing.T) {
	t.Parallel()
	olive, rust := [3]float64{0.1, 0.1, 0}, [3]float64{0.4, 0.01, 0} // a pair that people without green cones cannot tell apart
	if d := apartBy(lab(olive, blindness["deuteranopia"]), lab(rust, blindness["deuteranopia"])); d > 25 {
		t.Errorf("the simulation sees olive and rust %.1f apart", d)
	}
	for _, ground := range []Ground{DarkGround, LightGround} {
		for _, sixteen := range []bool{false, true} {
			h := Dress{Name: "colour-blind", Ground: ground, Sixteen: sixteen}.hues()
			for kind, seen := range blindness {
				see := func(c color.Color) [3]float64 { return lab(linear(c, black), seen) }
				for _, pair := range [][2]string{{"good", "bad"}, {"good", "warning"}, {"bad", "warning"}, {"good", "doubt"}, {"bad", "doubt"}} {
					a, b := h.meaning()[pair[0]], h.meaning()[pair[1]]
					if d := apartBy(see(a), see(b)); d < 20 {
						t.Errorf("ground %d, 16 colours %t, %s: %s and %s are %.1f apart", ground, sixteen, kind, pair[0], pair[1], d)
					}
				}
			}
		}
	}
}

// Half-blocks have nothing but their colour: no two marks may share one.
func TestMarksHaveColoursOfTheirOwn(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"auto", "dark", "light", "high-contrast", "colour-blind"} {
		for _, ground := range []Ground{UnknownGround, DarkGround, LightGround} {
			for _, sixteen := range []bool{false, true} {
				marks := Dress{Name: name, Ground: ground, Sixteen: sixteen}.hues().marks
				for i := range marks {
					for j := range i {
						if marks[i] == marks[j] {
							t.Errorf("%s, ground %d, 16 colours %t: marks %d and %d share a colour", name, ground, sixteen, j, i)
						}
					}
				}
			}
		}
	}
}

// On 16 colours no theme asks for another one: what the terminal would make of it could be anything.
func TestSixteenColoursAreEnough(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"auto", "dark", "light", "high-contrast", "colour-blind", "mono"} {
		for _, ground := range []Ground{UnknownGround, DarkGround, LightGround} {
			h := Dress{Name: name, Ground: ground, Sixteen: true}.hues()
			for _, c := range append([]color.Color{h.red, h.green, h.yellow, h.blue, h.magenta, h.cyan, h.grey}, h.marks[:]...) {
				if _, own := c.(lipgloss.NoColor); !own && !slices.Contains(baseColours, c) {
					t.Errorf("%s, ground %d: %v is no base colour", name, ground, c)
				}
			}
		}
	}
}

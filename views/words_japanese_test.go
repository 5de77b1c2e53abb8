package views

import (
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// A reader who meets two words looks for two things. What stands on the left was once the other name of what stands
// on the right; some of them said more than was proved.
var oneWord = map[string]string{
	"主な統制": "主要コントロール", "主要な対策": "主要コントロール", "攻撃手法": "テクニック", "観測地点": "観測点", "現在地": "観測点",
	"受容": "例外", "免除": "例外", "入手元": "出所", "管理パネル": "コントロールパネル", "このマシン": "この機器",
	"沈黙": "無応答", "無言": "接続後無応答", "消滅": "解消", "帯域外": "アウトオブバンド", "網に": "ネットワークに", "網到達": "ネットワーク到達",
	"失効": "期限切れ: a revoked certificate is another thing", "妨害": "防御が働いた疑い: silence proves no attack on us",
	"サーバー": "サーバ", "コントローラー": "コントローラ", "フィルター": "フィルタ", "ルーター": "ルータ", "ベンダー": "ベンダ", "ユーザー": "ユーザ",
}

func TestJapaneseHasOneWordForOneIdea(t *testing.T) {
	t.Parallel()
	all := map[string]string{}
	texts(reflect.ValueOf(Japanese()), "", all)
	for path, text := range all {
		for old, now := range oneWord {
			if strings.Contains(text, old) {
				t.Errorf("%s: %q: not %s but %s", path, text, old, now)
			}
		}
	}
}

var (
	halfWidth = regexp.MustCompile(`[\p{Han}\p{Hiragana}\p{Katakana}](?:[,;] |: |\()`)
	aBlank    = regexp.MustCompile(`[\p{Han}\p{Hiragana}\p{Katakana}ー] %(?:\[\d\])?s|%(?:\[\d\])?s [\p{Han}\p{Hiragana}\p{Katakana}]`)
)

// Signs between Japanese words are wide ones, and no blank parts a name from the text. What is typed, such as the keys
// of the filter, is not Japanese.
func TestJapaneseSignsAreWide(t *testing.T) {
	t.Parallel()
	all := map[string]string{}
	texts(reflect.ValueOf(Japanese()), "", all)
	for path, text := range all {
		if m := halfWidth.FindString(text); m != "" {
			t.Errorf("%s: %q: the narrow sign in %q", path, text, m)
		}
		if m := aBlank.FindString(text); m != "" && path != ".Timeline.TrendLegend" { // a list of signs
			t.Errorf("%s: %q: the blank in %q", path, text, m)
		}
	}
}

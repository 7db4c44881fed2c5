const found = 100;
const atWordStart = 50;
const wholeWord = 25;
const spelled = 10;

/**
 * How well a text matches what was typed; undefined when it does not. Each word typed must be part of the text,
 * or be spelled by its letters in order, each next to the one before or at the start of a word: `gnd2` finds
 * `Go to node dag-2`.
 */
export function fuzzyScore(typed: string, text: string): number | undefined {
	const target = text.toLowerCase();
	let score = 0;
	for (const word of typed.toLowerCase().split(/\s+/).filter(Boolean)) {
		const own = scoreOfWord(word, target);
		if (own === undefined) return undefined;
		score += own;
	}
	return score;
}

function scoreOfWord(word: string, text: string): number | undefined {
	const at = bestPlace(word, text);
	if (at < 0) return isSpelledBy(word, text) ? spelled : undefined;
	const start = isWordStart(text, at) ? atWordStart : 0;
	const whole = start > 0 && isWordStart(text, at + word.length + 1) ? wholeWord : 0;
	// Of equal matches the one nearer to the beginning.
	return found + start + whole - Math.min(at, found - 1) / found;
}

/** Where a word begins with it, else where it stands at all. */
function bestPlace(word: string, text: string): number {
	for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
		if (isWordStart(text, at)) return at;
	}
	return text.indexOf(word);
}

function isWordStart(text: string, at: number): boolean {
	return at <= 0 || at > text.length || /[^\p{L}\p{N}]/u.test(text[at - 1] ?? ' ');
}

function isSpelledBy(word: string, text: string): boolean {
	/** Letter and place from which nothing followed: none is tried twice. */
	const dead = new Set<number>();
	const canFollow = (letter: number, from: number): boolean => {
		const wanted = word[letter];
		if (wanted === undefined) return true;
		const state = letter * (text.length + 1) + from;
		if (dead.has(state)) return false;
		if (letter > 0 && text[from] === wanted && canFollow(letter + 1, from + 1)) return true;
		const next = nextWordStart(wanted, text, from);
		if (next >= 0 && canFollow(letter + 1, next + 1)) return true;
		dead.add(state);
		return false;
	};
	return canFollow(0, 0);
}

function nextWordStart(letter: string, text: string, from: number): number {
	for (let at = text.indexOf(letter, from); at >= 0; at = text.indexOf(letter, at + 1)) {
		if (isWordStart(text, at)) return at;
	}
	return -1;
}

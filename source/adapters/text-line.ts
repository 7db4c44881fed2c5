/** A cursor over one line of a larger text, so that lines need not be copied out; one for each text. */
export class TextLine {
	readonly #text: string;
	#at = 0;
	#end = 0;

	constructor(text: string) {
		this.#text = text;
	}

	/** Goes to another line of the text. */
	moveTo(start: number, end: number): void {
		this.#at = start;
		this.#end = end;
	}

	skipBlanks(): void {
		while (this.#at < this.#end && isBlank(this.#text.charCodeAt(this.#at))) this.#at += 1;
	}

	/** Where the rest begins, behind blanks. */
	rest(): number {
		this.skipBlanks();
		return this.#at;
	}

	isBlankOrComment(): boolean {
		this.skipBlanks();
		return this.isAtEnd() || this.#text.charCodeAt(this.#at) === codes.hash;
	}

	isAtNameBorder(): boolean {
		if (this.isAtEnd()) return true;
		const code = this.#text.charCodeAt(this.#at);
		return isBlank(code) || code === codes.openBrace;
	}

	isAtEnd(): boolean {
		return this.#at >= this.#end;
	}

	isAt(word: string): boolean {
		return this.#text.startsWith(word, this.#at);
	}

	/** Moves on if the next character is this one. */
	take(code: number): boolean {
		if (this.isAtEnd() || this.#text.charCodeAt(this.#at) !== code) return false;
		this.#at += 1;
		return true;
	}

	readName(isPart: (code: number, index: number) => boolean): string | undefined {
		const from = this.#at;
		while (this.#at < this.#end && isPart(this.#text.charCodeAt(this.#at), this.#at - from))
			this.#at += 1;
		return this.#at === from ? undefined : this.#text.slice(from, this.#at);
	}

	/** The text between quotes, unescaped; `undefined` if it does not end on this line. */
	readQuoted(): string | undefined {
		let value = '';
		let from = this.#at;
		while (this.#at < this.#end) {
			const code = this.#text.charCodeAt(this.#at);
			if (code === codes.quote) {
				value += this.#text.slice(from, this.#at);
				this.#at += 1;
				return value;
			}
			if (code === codes.backslash && this.#at + 1 < this.#end) {
				value += this.#text.slice(from, this.#at) + unescaped(this.#text.charAt(this.#at + 1));
				this.#at += 2;
				from = this.#at;
			} else {
				this.#at += 1;
			}
		}
		return undefined;
	}

	/** Up to the next blank. */
	readWord(): string {
		const from = this.#at;
		while (this.#at < this.#end && !isBlank(this.#text.charCodeAt(this.#at))) this.#at += 1;
		return this.#text.slice(from, this.#at);
	}
}

export const codes = {
	tab: 9,
	newline: 10,
	carriageReturn: 13,
	space: 32,
	quote: 34,
	hash: 35,
	comma: 44,
	minus: 45,
	point: 46,
	equals: 61,
	backslash: 92,
	openBrace: 123,
	closeBrace: 125,
} as const;

/** An escape that the format does not know stands for itself, backslash included. */
function unescaped(character: string): string {
	if (character === 'n') return '\n';
	return character === '"' || character === '\\' ? character : `\\${character}`;
}

export function isBlank(code: number): boolean {
	return code === codes.space || code === codes.tab || code === codes.carriageReturn;
}

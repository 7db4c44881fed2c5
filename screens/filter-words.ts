/** The words of a filter, in lower case. */
export function filterWords(filter: string): readonly string[] {
	return filter
		.toLowerCase()
		.split(' ')
		.filter((word) => word !== '' && word !== '!');
}

/** Whether the text contains every word, and none of those that begin with `!`. */
export function hasWords(text: string, words: readonly string[]): boolean {
	const searched = text.toLowerCase();
	return words.every((word) =>
		word.startsWith('!') ? !searched.includes(word.slice(1)) : searched.includes(word),
	);
}

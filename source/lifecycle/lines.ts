import { StringDecoder } from 'node:string_decoder';
import { longestLine } from './protocol.ts';

/** Makes lines of what arrives; false when a line is too long to be one of ours. */
export function createLines(take: (line: string) => void): (chunk: Buffer | string) => boolean {
	const decoder = new StringDecoder('utf8');
	let rest = '';
	return (chunk) => {
		const lines = (rest + (typeof chunk === 'string' ? chunk : decoder.write(chunk))).split('\n');
		rest = lines.pop() ?? '';
		for (const line of lines) if (line !== '') take(line);
		return rest.length <= longestLine;
	};
}

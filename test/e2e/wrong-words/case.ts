import type { Handler } from '../../helpers/http-server.ts';

/** What is right to say of what answers so. */
export interface Expected {
	readonly status: string;
	/** Exactly these. */
	readonly codes: readonly string[];
	/** In issues, notes and the error. */
	readonly says?: RegExp;
	/** The other nodes below it, by what follows its name. */
	readonly members?: Readonly<Record<string, Omit<Expected, 'members'>>>;
}

export interface Case {
	readonly answer: Handler;
	readonly path?: string;
	readonly expected: Expected;
}

export const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
export const well: Expected = { status: 'up', codes: [] };

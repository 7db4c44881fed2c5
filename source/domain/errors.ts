import type { PollErrorCode } from './words.ts';

interface PollErrorDetails {
	readonly nextStep?: string;
	readonly cause?: unknown;
	/** How long the node asked us to stay away, from `Retry-After`. */
	readonly retryAfterMs?: number;
	/** The answer passed a limit of nodetop's: no fault of the node. */
	readonly isOwnLimit?: boolean;
	/** Where an HTTP status is the reason. */
	readonly httpStatus?: number;
}

/** A poll that failed. It is the node's or the path's fault, so it is kept in state and shown. */
export class PollError extends Error {
	override readonly name = 'PollError';
	readonly code: PollErrorCode;
	readonly nextStep: string | undefined;
	readonly retryAfterMs: number | undefined;
	readonly isOwnLimit: boolean;
	readonly httpStatus: number | undefined;

	constructor(code: PollErrorCode, message: string, details: PollErrorDetails = {}) {
		super(message, details.cause === undefined ? undefined : { cause: details.cause });
		this.code = code;
		this.nextStep = details.nextStep;
		this.retryAfterMs = details.retryAfterMs;
		this.isOwnLimit = details.isOwnLimit === true;
		this.httpStatus = details.httpStatus;
	}
}

/** Exit codes, as documented in readme.md. 64, 69, 73 and 78 are those of sysexits.h. */
export const exitCodes = {
	ok: 0,
	bug: 1,
	down: 2,
	unknown: 3,
	usage: 64,
	unavailable: 69,
	cannotWrite: 73,
	config: 78,
	hungUp: 129,
	interrupted: 130,
	terminated: 143,
} as const;

interface UserErrorDetails {
	readonly nextSteps?: readonly string[];
	readonly exitCode?: number;
	readonly cause?: unknown;
}

/** What an unknown error says, without its stack. */
export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

/** Whether an error says that there is no room: the disk is full, or the user's share of it. */
export function isNoSpace(error: unknown): boolean {
	if (!(error instanceof Error) || !('code' in error)) return false;
	return error.code === 'ENOSPC' || error.code === 'EDQUOT';
}

/** Whether an error says that a disk takes nothing now: it is full, or it is mounted read-only. */
export function isDiskShut(error: unknown): boolean {
	return isNoSpace(error) || isReadOnly(error);
}

export function isReadOnly(error: unknown): boolean {
	return error instanceof Error && 'code' in error && error.code === 'EROFS';
}

/** Something that the user can mend: a message and what to do, never a stack. */
export class UserError extends Error {
	override readonly name = 'UserError';
	readonly nextSteps: readonly string[];
	readonly exitCode: number;

	constructor(message: string, details: UserErrorDetails = {}) {
		super(message, details.cause === undefined ? undefined : { cause: details.cause });
		this.nextSteps = details.nextSteps ?? [];
		this.exitCode = details.exitCode ?? exitCodes.usage;
	}
}

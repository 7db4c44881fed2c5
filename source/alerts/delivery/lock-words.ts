import type { LockWords } from '../../domain/lock.ts';

/** For a directory of alerts that another process has. */
export const alertLockWords: LockWords = {
	holderDoes: 'delivers the alerts of',
	nextStep: 'stop that process first, or watch another profile here',
};

import { expect, test } from 'vitest';
import { socketError } from '../../source/adapters/http-errors.ts';

const errorOf = (code: string) => socketError(code, 'node.example:8545', 1000, undefined);

test.each(['ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL'])('%s is said by this machine', (code) => {
	const error = errorOf(code);
	expect(error.code).toBe('noNetwork');
	expect(error.message).toMatch(/this machine.* \(node\.example:8545\)$/);
	expect(error.nextStep).toMatch(/this machine/);
});

test.each(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM'])('%s is a limit of ours', (code) => {
	expect(errorOf(code)).toMatchObject({ code: 'tooBusy' });
	expect(errorOf(code).message).toMatch(/^this (?:process|machine) has /);
});

test.each(['ECONNREFUSED', 'EHOSTUNREACH', 'ECONNRESET', 'EWHATEVER'])(
	'%s says that the node is not reached',
	(code) => {
		expect(errorOf(code).code).toBe('unreachable');
	},
);

import { UserError, exitCodes } from '../domain/errors.ts';

const reference = /\$\{([^}]*)\}?/g;
const wholeReference = /^\$\{[A-Za-z_]\w*\}$/;

/** Whether a text refers to the environment, as `${NAME}`. */
export function hasReference(text: string): boolean {
	return text.includes('${');
}

/** What is wrong with the references in a text, without the text itself; `undefined` if nothing. */
export function referenceProblem(text: string): string | undefined {
	const isBroken = [...text.matchAll(reference)].some(([whole]) => !wholeReference.test(whole));
	return isBroken
		? 'refers to the environment in a way that is not understood; write ${NAME}'
		: undefined;
}

/** Names of the variables that a text refers to. */
export function referencedVariables(text: string): readonly string[] {
	return [...text.matchAll(reference)].map(([, name = '']) => name);
}

/**
 * Replaces every `${NAME}` by the variable's value. Throws `UserError` naming the variable and the
 * key (`where`) when it is not set or empty; the text and the values are in no message.
 */
export function expandReferences(text: string, env: NodeJS.ProcessEnv, where: string): string {
	const problem = referenceProblem(text);
	if (problem !== undefined) {
		throw new UserError(`${where}: ${problem}`, { exitCode: exitCodes.config });
	}
	return text.replaceAll(reference, (_, name: string) => {
		const value = env[name] ?? '';
		if (value !== '') return value;
		throw new UserError(
			`${where}: the environment variable ${name} is ${env[name] === undefined ? 'not set' : 'empty'}`,
			{
				nextSteps: [`set it before you start nodetop: export ${name}=…`],
				exitCode: exitCodes.config,
			},
		);
	});
}

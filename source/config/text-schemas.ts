import * as z from 'zod';
import { referenceProblem } from './references.ts';

/** Kinds of text that several parts of the configuration hold. */

/** A text with a check of its own, which gives what is wrong in words, never the text. */
export function withCheck(
	schema: z.ZodString,
	problemOf: (text: string) => string | undefined,
): z.ZodString {
	return schema.superRefine((text, context) => {
		const message = problemOf(text);
		if (message !== undefined) context.addIssue({ code: 'custom', message });
	});
}

/** Text that may refer to the environment, as `${NAME}`. */
export const template = withCheck(z.string().min(1), referenceProblem);

export const secret = template.describe(
	'${NAME} is replaced by that environment variable; shown as ***',
);

/** Header names as RFC 9110 section 5.6.2 has tokens. */
export const headerName = z
	.string()
	.regex(/^[\w!#$%&'*+.^`|~-]+$/, { error: 'is not a header name' });

import { UserError } from '../../domain/errors.ts';
import { ruleEntrySchema } from '../../domain/rule.ts';
import type { RuleEntry } from '../../domain/rule.ts';
import { buildRuleSet } from '../../sections/rule-set.ts';
import type { RuleSet } from '../../sections/rule-set.ts';
import type { RuleTest, RuleTestFile } from './schema.ts';
import { RuleTestMistake } from './series.ts';
import type { RuleTestSurroundings } from './surroundings.ts';

type Entries = Readonly<Record<string, RuleEntry>>;
type Reload = NonNullable<RuleTest['reloads']>[number];

/** The rules of one test, and what a reload makes of them. */
export interface TestRules {
	readonly initial: RuleSet;
	/**
	 * The rules after a reload; `undefined` when they are refused, as the test expects. Throws
	 * `RuleTestMistake` when the test expects the opposite.
	 */
	reload(reload: Reload, where: string): RuleSet | undefined;
}

/** Joins the rules of nodetop, the profile, the file and the test. Throws `RuleTestMistake`. */
export function createTestRules(
	file: RuleTestFile,
	test: RuleTest,
	{ builtIn, own: profileRules }: RuleTestSurroundings,
	where: string,
): TestRules {
	const isAlone = file.builtIn === false;
	const own: Entries = { ...(isAlone ? {} : profileRules), ...file.rules, ...test.rules };
	const build = (entries: Entries) => tryBuild(isAlone ? {} : builtIn, entries);
	const initial = build(own);
	if (initial instanceof Error) throw new RuleTestMistake(where, initial.message);
	return {
		initial,
		reload({ rules: given, refused = false }, place) {
			const entries = readEntries(given, own);
			const next = entries instanceof Error ? entries : build({ ...own, ...entries });
			if (refused !== next instanceof Error) {
				const why = next instanceof Error ? `are refused: ${next.message}` : 'are right';
				throw new RuleTestMistake(place, `these rules ${why}`);
			}
			return next instanceof Error ? undefined : next;
		},
	};
}

function tryBuild(builtIn: Entries, own: Entries): RuleSet | UserError {
	try {
		return buildRuleSet(builtIn, own);
	} catch (error) {
		if (error instanceof UserError) return error;
		throw error;
	}
}

/** The entries of a reload, each over the one of the same name; or why an entry is wrong. */
function readEntries(given: Readonly<Record<string, unknown>>, own: Entries): Entries | Error {
	const entries: Record<string, RuleEntry> = {};
	for (const [name, value] of Object.entries(given)) {
		const entry = ruleEntrySchema.safeParse(value);
		if (!entry.success) return new Error(`${name}: ${entry.error.issues[0]?.message}`);
		entries[name] = { ...own[name], ...entry.data };
	}
	return entries;
}

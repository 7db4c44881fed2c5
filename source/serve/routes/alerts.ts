import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { clean } from '../../domain/clean.ts';
import { silenceEntrySchema } from '../../domain/rule.ts';
import type { AppParts, ServeApp, ServeContext } from '../app-types.ts';
import type { ServedAction, ServeOptions } from '../options.ts';
import { readBody } from './body.ts';

const mostMinutes = 7 * 24 * 60;
const minutes = z.number().positive().max(mostMinutes);
const noBody = z.strictObject({});
const snoozeSchema = z.strictObject({ minutes });
const silenceSchema = z.strictObject({
	match: silenceEntrySchema.shape.match.refine((match) => Object.keys(match).length > 0, {
		error: 'needs at least one label',
	}),
	minutes,
	comment: z.string().max(500).optional(),
});

/** Alerts, and what a person does to them. An action is applied within a second. */
export function addAlerts(app: ServeApp, options: ServeOptions, { guard, needs }: AppParts): void {
	const { moments, clock, person } = options;
	const byOf = (context: ServeContext) => guard.nameOf(context.env.incoming) ?? person;
	const act = (context: ServeContext, action: ServedAction): Response => {
		options.act(action);
		return context.json({ accepted: true }, 202);
	};
	const iso = (inMs: number) => new Date(clock.now() + inMs).toISOString();

	app.get('/api/v1/alerts', (context) => {
		const { alerts, alerting } = moments.getSnapshot();
		return context.json({ alerts, alerting });
	});
	app.post('/api/v1/alerts/:fingerprint/acknowledge', needs('act'), async (context) => {
		const body = await readBody(context, noBody);
		if ('refusal' in body) return body.refusal;
		const found = findAlert(context, options);
		if ('refusal' in found) return found.refusal;
		const { fingerprint, severity } = found;
		return act(context, {
			type: 'acknowledge',
			fingerprint,
			by: byOf(context),
			at: iso(0),
			severity,
		});
	});
	app.post('/api/v1/alerts/:fingerprint/snooze', needs('act'), async (context) => {
		const body = await readBody(context, snoozeSchema);
		if ('refusal' in body) return body.refusal;
		const found = findAlert(context, options);
		if ('refusal' in found) return found.refusal;
		const until = iso(body.value.minutes * 60_000);
		return act(context, { type: 'snooze', fingerprint: found.fingerprint, until });
	});
	app.post('/api/v1/silences', needs('act'), async (context) => {
		const body = await readBody(context, silenceSchema);
		if ('refusal' in body) return body.refusal;
		if (moments.getSnapshot().alerting.mode === 'off') return noRules(context);
		const { match, comment } = body.value;
		const silence = {
			id: randomBytes(4).toString('hex'),
			match,
			startsAt: iso(0),
			endsAt: iso(body.value.minutes * 60_000),
			author: byOf(context),
			...(comment !== undefined && { comment: clean(comment, 500) }),
		};
		options.act({ type: 'silence', silence });
		return context.json(silence, 202);
	});
	app.delete('/api/v1/silences/:id', needs('act'), (context) => {
		const id = context.req.param('id');
		const { silences } = moments.getSnapshot().alerting;
		if (!silences.some((silence) => silence.id === id)) {
			return context.json({ error: 'no silence made by hand has this id' }, 404);
		}
		return act(context, { type: 'unsilence', id });
	});
}

function findAlert(context: ServeContext, { moments }: ServeOptions) {
	const { alerts, alerting } = moments.getSnapshot();
	if (alerting.mode === 'off') return { refusal: noRules(context) };
	const wanted = context.req.param('fingerprint');
	const alert = alerts.find(
		({ fingerprint, state }) => fingerprint === wanted && state !== 'resolved',
	);
	if (alert?.fingerprint === undefined) {
		return { refusal: context.json({ error: 'no alert that lasts has this fingerprint' }, 404) };
	}
	return { fingerprint: alert.fingerprint, severity: alert.severity };
}

function noRules(context: ServeContext): Response {
	return context.json({ error: 'no process evaluates alert rules: start nodetop watch' }, 409);
}

import * as z from 'zod';

/**
 * CometBFT's RPC by GET (docs.cometbft.com, v0.34 to v1.0; Tendermint before it): every answer stands in
 * `result`, numbers are decimal strings. The shapes below keep what is read and let everything else pass.
 */
const optional = z.unknown().optional();
const inResult = <Shape extends z.ZodType>(shape: Shape) => z.object({ result: shape });

const nodeInfoSchema = z.object({
	id: optional,
	network: optional,
	version: optional,
	moniker: optional,
	listen_addr: optional,
});
export type NodeInfo = z.infer<typeof nodeInfoSchema>;

export const statusSchema = inResult(
	z.object({
		node_info: nodeInfoSchema,
		sync_info: z.object({
			latest_block_hash: optional,
			latest_block_height: z.unknown(),
			latest_block_time: optional,
			catching_up: optional,
		}),
		validator_info: z.object({ address: optional, voting_power: optional }).optional(),
	}),
);
export type Status = z.infer<typeof statusSchema>['result'];

const monitorSchema = z.object({ CurRate: optional, AvgRate: optional });
const peerSchema = z.object({
	node_info: nodeInfoSchema,
	is_outbound: optional,
	remote_ip: optional,
	connection_status: z
		.object({
			Duration: optional,
			SendMonitor: monitorSchema.optional(),
			RecvMonitor: monitorSchema.optional(),
		})
		.optional(),
});
export type WirePeer = z.infer<typeof peerSchema>;
export const netInfoSchema = inResult(
	z.object({ n_peers: optional, peers: z.array(peerSchema).nullish() }),
);
export type NetInfo = z.infer<typeof netInfoSchema>['result'];

const voteSetSchema = z.object({
	round: optional,
	prevotes: z.array(z.unknown()).nullish(),
	precommits: z.array(z.unknown()).nullish(),
});
export const consensusStateSchema = inResult(
	z.object({
		round_state: z.object({
			'height/round/step': optional,
			height_vote_set: z.array(voteSetSchema).nullish(),
			proposer: z.object({ address: optional }).nullish(),
		}),
	}),
);
export type RoundState = z.infer<typeof consensusStateSchema>['result']['round_state'];

const validatorSchema = z.object({
	address: z.unknown(),
	pub_key: z.object({ value: optional }).nullish(),
	voting_power: optional,
});
export const validatorsSchema = inResult(
	z.object({ validators: z.array(validatorSchema), total: optional }),
);
export type WireValidator = z.infer<typeof validatorSchema>;

const signatureSchema = z.object({ block_id_flag: optional, validator_address: optional });
export const commitSchema = inResult(
	z.object({
		signed_header: z.object({
			header: z.object({
				height: z.unknown(),
				time: optional,
				proposer_address: optional,
				evidence_hash: optional,
			}),
			commit: z.object({
				round: optional,
				block_id: z.object({ hash: optional }).optional(),
				signatures: z.array(signatureSchema).nullish(),
			}),
		}),
	}),
);
export type SignedHeader = z.infer<typeof commitSchema>['result']['signed_header'];

export const evidenceSchema = inResult(
	z.object({
		block: z.object({ evidence: z.object({ evidence: z.array(z.unknown()).nullish() }).nullish() }),
	}),
);

export const mempoolSchema = inResult(
	z.object({ n_txs: optional, total: optional, total_bytes: optional }),
);

/** The Cosmos SDK's REST API (`/cosmos/slashing/v1beta1`, `/cosmos/staking/v1beta1`, `/cosmos/upgrade/v1beta1`). */
const signingInfoSchema = z.object({
	address: optional,
	missed_blocks_counter: optional,
	jailed_until: optional,
	tombstoned: optional,
});
export const signingInfosSchema = z.object({ info: z.array(signingInfoSchema) });
export type SigningInfo = z.infer<typeof signingInfoSchema>;

const stakingValidatorSchema = z.object({
	operator_address: optional,
	consensus_pubkey: z.object({ key: optional }).nullish(),
	jailed: optional,
	status: optional,
	description: z.object({ moniker: optional }).optional(),
});
export const stakingValidatorsSchema = z.object({ validators: z.array(stakingValidatorSchema) });
export type StakingValidator = z.infer<typeof stakingValidatorSchema>;

export const upgradePlanSchema = z.object({
	plan: z.object({ name: optional, height: optional }).nullish(),
});

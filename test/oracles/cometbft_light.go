// Vectors for src/consensus, written by CometBFT's own code: header hashes, validator set hashes, sign bytes,
// and signed light blocks. Kept as test/oracles/cometbft_light.go; run inside a module that requires
// github.com/cometbft/cometbft v0.38.25:  go run . > src/consensus/fixtures/cometbft-0.38.25.json
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmtversion "github.com/cometbft/cometbft/proto/tendermint/version"
	"github.com/cometbft/cometbft/types"
)

func digest(s string) []byte { h := sha256.Sum256([]byte(s)); return h[:] }
func hx(b []byte) string     { return hex.EncodeToString(b) }

type sign struct {
	Vote      string `json:"vote"`
	Address   string `json:"address,omitempty"`
	Seconds   int64  `json:"seconds,omitempty"`
	Nanos     int    `json:"nanos,omitempty"`
	Signature string `json:"signature,omitempty"`
	SignBytes string `json:"signBytes,omitempty"`
}

func main() {
	var cases []map[string]any
	for n, powers := range [][]int64{{10, 10, 10, 10}, {1}, {700, 200, 100}, {1, 1, 1, 1, 1, 1, 1}, {1 << 58, 3, 2}} {
		chain := "olmo-" + strconv.Itoa(n)
		var vals []*types.Validator
		keys := map[string]ed25519.PrivKey{}
		for i, p := range powers {
			k := ed25519.GenPrivKeyFromSecret([]byte(fmt.Sprintf("validator %d of %s", i, chain)))
			v := types.NewValidator(k.PubKey(), p)
			keys[v.Address.String()] = k
			vals = append(vals, v)
		}
		set := types.NewValidatorSet(vals)
		for _, height := range []int64{1, 129, 1 << 40} {
			var last types.BlockID
			if height > 1 {
				last = types.BlockID{Hash: digest("last"), PartSetHeader: types.PartSetHeader{Total: 1, Hash: digest("parts")}}
			}
			h := &types.Header{
				Version: cmtversion.Consensus{Block: 11, App: uint64(n)}, ChainID: chain, Height: height,
				Time:        time.Unix(1750000000+height%1000, int64(n)*123456789).UTC(),
				LastBlockID: last, LastCommitHash: digest("commit"), DataHash: digest("data"),
				ValidatorsHash: set.Hash(), NextValidatorsHash: set.Hash(), ConsensusHash: digest("params"),
				AppHash: digest("state"), LastResultsHash: digest("results"), EvidenceHash: digest("evidence"),
				ProposerAddress: set.GetProposer().Address,
			}
			if height == 1 {
				h.LastCommitHash = nil
				h.LastResultsHash = nil
			}
			id := types.BlockID{Hash: h.Hash(), PartSetHeader: types.PartSetHeader{Total: 300, Hash: digest("these parts")}}
			round := int32(n % 3)
			c := &types.Commit{Height: height, Round: round, BlockID: id}
			var signs []sign
			for i, v := range set.Validators {
				at := h.Time.Add(time.Duration(i) * 1500 * time.Millisecond)
				flag, name := types.BlockIDFlagCommit, "block"
				if len(powers) > 4 && i == 2 {
					flag, name = types.BlockIDFlagNil, "nil"
				}
				if len(powers) > 4 && i == 5 {
					c.Signatures = append(c.Signatures, types.NewCommitSigAbsent())
					signs = append(signs, sign{Vote: "absent"})
					continue
				}
				vote := &types.Vote{Type: cmtproto.PrecommitType, Height: height, Round: round, BlockID: id, Timestamp: at, ValidatorAddress: v.Address, ValidatorIndex: int32(i)}
				if name == "nil" {
					vote.BlockID = types.BlockID{}
				}
				msg := types.VoteSignBytes(chain, vote.ToProto())
				sig, err := keys[v.Address.String()].Sign(msg)
				if err != nil {
					panic(err)
				}
				c.Signatures = append(c.Signatures, types.CommitSig{BlockIDFlag: flag, ValidatorAddress: v.Address, Timestamp: at, Signature: sig})
				signs = append(signs, sign{name, hx(v.Address), at.Unix(), at.Nanosecond(), hx(sig), hx(msg)})
			}
			if err := set.VerifyCommitLight(chain, id, height, c); err != nil {
				panic(err)
			}
			var vs []map[string]any
			for _, v := range set.Validators {
				vs = append(vs, map[string]any{"publicKey": hx(v.PubKey.Bytes()), "power": strconv.FormatInt(v.VotingPower, 10)})
			}
			cases = append(cases, map[string]any{
				"header": h, "headerHash": hx(h.Hash()), "height": height, "round": round,
				"partsTotal": 300, "partsHash": hx(digest("these parts")),
				"validators": vs, "validatorsHash": hx(set.Hash()), "signatures": signs,
				"signedHeader": types.SignedHeader{Header: h, Commit: c},
			})
		}
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", " ")
	if err := out.Encode(cases); err != nil {
		panic(err)
	}
}

"""The worked example of docs/spec/encodings.md computed again, from the page alone and without any of our code.

Standard library only. Prints nothing and exits 0 when every hash, root and layout of the example follows from
its bytes; raises otherwise. Signatures are not verified here (the standard library has no Ed25519).
"""
import hashlib
import re
import struct
import sys

page = open(sys.argv[1], encoding="utf-8").read()
example = re.search(r"<!-- worked example -->\n```\n(.*?)```", page, re.S).group(1)
sections: dict[str, dict[str, str]] = {}
rows: dict[tuple[int, bytes], bytes] = {}
for line in filter(None, example.split("\n")):
    if line.startswith("# "):
        current = sections.setdefault(line[2:].split(":")[0].split(",")[0], {})
        continue
    name, value = line[:26].strip(), line[27:]
    current[name] = value
    if " → " in value:
        key, row = value.split(" → ")
        rows[(int(name.split()[0]), bytes.fromhex(key))] = bytes.fromhex(row)


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def tagged(tag: str, *parts: bytes) -> bytes:
    prefix = sha256(tag.encode())
    return sha256(prefix + prefix + b"".join(parts))


def leaf_key(table: int, key: bytes) -> bytes:
    return tagged("contrada/state/key/1", struct.pack(">H", table), key)


def state_root() -> bytes:
    return subtree({leaf_key(t, k): tagged("contrada/state/row/1", row) for (t, k), row in rows.items()}, 0)


def subtree(leaves: dict[bytes, bytes], depth: int) -> bytes:
    if not leaves:
        return bytes(32)
    if len(leaves) == 1:
        ((key, value),) = leaves.items()
        return sha256(b"\0" + key + value)
    sides: tuple[dict[bytes, bytes], dict[bytes, bytes]] = ({}, {})
    for key, value in leaves.items():
        sides[key[depth // 8] >> (7 - depth % 8) & 1][key] = value
    return sha256(b"\1" + subtree(sides[0], depth + 1) + subtree(sides[1], depth + 1))


def same(what: str, computed: bytes, stated: str) -> None:
    if computed.hex() != stated:
        raise SystemExit(f"{what}: computed {computed.hex()}, stated {stated}")


key = bytes.fromhex(sections["Keys"]["public key"])
long_key = struct.pack(">I", 32) + key
genesis = sections["Genesis"]
parameters = bytes.fromhex(genesis["parameters"])
chain = struct.pack(">I", 7) + b"example"
same("chain", chain, genesis["chain (text)"])
founders = struct.pack(">IIBI", 1, 1, 0, 1) + long_key + b"\0"
same("genesis", chain + struct.pack(">Q", 1_781_604_000) + key + founders + parameters, genesis["genesis"])
same("genesis hash", tagged("contrada/genesis/1", bytes.fromhex(genesis["genesis"])), genesis["genesis hash"])

before = sections["State before the first block"]
member = (4, struct.pack(">I", 1))
same("leaf key", leaf_key(*member), before["leaf key of members 1"])
same("leaf value", tagged("contrada/state/row/1", rows[member]), before["leaf value of members 1"])
same("parameters row", rows[(10, b"\0")], genesis["parameters"])
same("state root", state_root(), before["state root"])

deposit = sections["A deposit of 1 € to member 1"]
body = struct.pack(">IQI", 1, 1_000_000, 5) + b"TRN-1"
unsigned = b"\1" + chain + struct.pack(">HIQQI", 7, 1, 1, 100, len(body)) + body
same("body", body, deposit["body"])
same("unsigned", unsigned, deposit["unsigned"])
same("signing hash", tagged("contrada/transaction/sign/1", unsigned), deposit["signing hash"])
same("transaction id", tagged("contrada/transaction/id/1", unsigned), deposit["transaction id"])
transaction = unsigned + long_key + struct.pack(">I", 64) + bytes.fromhex(deposit["signature"])
same("transaction", transaction, deposit["transaction"])


def balance(overdraft: int, posted: int) -> bytes:
    return struct.pack(">BIB", overdraft, 1, 0) + posted.to_bytes(16, "big", signed=True) + bytes(16)


rows[(1, struct.pack(">BI", 0, 1))] = balance(1, -1_000_000)
rows[(1, struct.pack(">BI", 1, 1))] = balance(0, 1_000_000)
rows[(16, tagged("contrada/deposit/1", b"TRN-1"))] = struct.pack(">IQQ", 1, 1_000_000, 1)
rows[member] = rows[member][:2] + struct.pack(">Q", 1) + rows[member][10:]
block = sections["The first block"]
same("transactions root", sha256(b"\0" + transaction + b"\0\0"), block["transactions root"])
same("state root after", state_root(), block["state root"])
header = chain + struct.pack(">QQ", 1, 1_781_604_060) + b"".join(
    (
        bytes.fromhex(genesis["genesis hash"]),
        bytes.fromhex(block["state root"]),
        bytes.fromhex(block["transactions root"]),
        key,
    )
)
same("header", header, block["header"])
same("header hash", tagged("contrada/header/1", header), block["header hash"])

var __create = Object.create;
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __getProtoOf = Object.getPrototypeOf;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __esmMin = (fn, res, err) => () => {
	if (err) throw err[0];
	try {
		return fn && (res = fn(fn = 0)), res;
	} catch (e) {
		throw err = [e], e;
	}
};
var __exportAll = (all, no_symbols) => {
	let target = {};
	for (var name in all) __defProp(target, name, {
		get: all[name],
		enumerable: true
	});
	if (!no_symbols) __defProp(target, Symbol.toStringTag, { value: "Module" });
	return target;
};
var __copyProps = (to, from, except, desc) => {
	if (from && typeof from === "object" || typeof from === "function") for (var keys = __getOwnPropNames(from), i = 0, n = keys.length, key; i < n; i++) {
		key = keys[i];
		if (!__hasOwnProp.call(to, key) && key !== except) __defProp(to, key, {
			get: ((k) => from[k]).bind(null, key),
			enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable
		});
	}
	return to;
};
var __toESM = (mod, isNodeMode, target) => (target = mod != null ? __create(__getProtoOf(mod)) : {}, __copyProps(isNodeMode || !mod || !mod.__esModule || !__hasOwnProp.call(mod, "default") ? __defProp(target, "default", {
	value: mod,
	enumerable: true
}) : target, mod));
let node_worker_threads = require("node:worker_threads");
let node_crypto = require("node:crypto");
let node_fs = require("node:fs");
let node_path = require("node:path");
node_path = __toESM(node_path, 1);
const digestSize = {
	sha256: 32,
	blake2b: 64,
	blake3: 32
};
const stackers = [
	"(?<!\\p{sc=Mymr})\\u1039",
	"(?<!\\p{sc=Khmr})\\u17d2",
	"(?<!\\p{sc=Lana})\\u1a60",
	"(?<!\\p{sc=Mtei})\\uaaf6",
	"(?<!\\p{sc=Khar})\\u{10a3f}",
	"(?<!\\p{sc=Cakm})\\u{11133}",
	"(?<!\\p{sc=Diak})\\u{1193e}",
	"(?<!\\p{sc=Zanb})\\u{11a47}",
	"(?<!\\p{sc=Soyo})\\u{11a99}",
	"(?<!\\p{sc=Gonm})\\u{11d45}",
	"(?<!\\p{sc=Gong})\\u{11d97}",
	"(?<!\\p{sc=Brah})\\u{1107f}",
	"[\\u{113d0}\\u{11f42}]"
].join("|");
const hidden = String.raw`(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800\u303f\ufffc\u{13441}\u{13442}\u{16fe4}\u{1d159}]|\p{M}(?<=\p{M}{9})|${stackers}`;
let hiddenPattern;
const plain = /^[ -~]*$/;
function escapeHidden(text, escaped = codePoint) {
	if (plain.test(text)) return text;
	hiddenPattern ??= new RegExp(hidden, "gu");
	return text.replace(hiddenPattern, escaped);
}
const lookAlikes = {
	"\"": "ʺ˝ˮ˶ײ״᳓“”„‟″‶❝❞〃〝〞〟🙶🙷🙸",
	"\\": "∖⟍⧵⧹㇔丶⼂𝈏𝈻",
	",": "¸՝؍٫‚⸲⸴⹁⹌、､ꓹꓺ",
	"=": "᐀═⩵⹀゠꓿꞊",
	"+": "᛭➕𐊛",
	"<": "˂ᐸᚲ‹❮𝈶",
	">": "˃ᐳ›❯𖼿𝈷",
	";": "؛⁏꛶"
};
function escapeSpecial(text, special) {
	return Array.from(text, (character) => {
		if (special.includes(character)) return `\\${character}`;
		return plain.test(character) || !resemblesAny(character, special) ? character : codePoint(character);
	}).join("");
}
function resemblesAny(character, special) {
	const normalized = character.normalize("NFKC");
	return Array.from(special).some((one) => normalized.includes(one) || lookAlikes[one]?.includes(character));
}
function shorten(text, limit) {
	if (text.length <= limit) return text;
	const tail = Math.floor(limit / 3);
	return `${withoutHalf(text.slice(0, limit - tail), /[\ud800-\udbff]$/)}…${withoutHalf(text.slice(text.length - tail), /^[\udc00-\udfff]/)}`;
}
function withoutHalf(text, half) {
	return text.replace(half, "");
}
function withoutStrike(text) {
	return text.replace(/^\p{M}/u, codePoint);
}
function codePoint(character) {
	return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
const MAX_SHOWN = 200;
function printable(text) {
	return escapeHidden(text);
}
function quote(text, limit = MAX_SHOWN) {
	const quoted = `"${printable(withoutStrike(escapeSpecial(shorten(text, limit), "\"\\")))}"`;
	return text.length > limit ? `${quoted} (${text.length} characters)` : quoted;
}
const requirementOf = {
	"bundle/too-large": "OMS-LIMIT-1",
	"bundle/out-of-memory": null,
	"bundle/not-json": "OMS-JSON-2",
	"bundle/duplicate-member": "OMS-JSON-1",
	"bundle/not-base64": "OMS-JSON-6",
	"bundle/media-type": "OMS-BUNDLE-3",
	"bundle/malformed": "OMS-BUNDLE-6",
	"signer/method-mismatch": "OMS-METHOD-3",
	"signer/material-ambiguous": "OMS-METHOD-2",
	"signer/key-mismatch": "OMS-KEY-4",
	"signer/key-unreadable": null,
	"signer/key-unsupported": "OMS-ALG-6",
	"signer/passphrase-missing": null,
	"signer/passphrase-wrong": null,
	"signer/key-answer-invalid": null,
	"signer/historical-key": "OMS-KEY-7",
	"signer/log-missing": "OMS-SIGSTORE-3",
	"signer/certificate-unreadable": null,
	"signer/certificate-mismatch": "OMS-CERT-2",
	"signer/certificate-malformed": "OMS-CERT-29",
	"signer/certificate-too-large": "OMS-CERT-26",
	"signer/certificate-algorithm-weak": "OMS-CERT-18",
	"signer/certificate-algorithm-unsupported": "OMS-CONF-4",
	"signer/certificate-critical-extension": "OMS-CERT-8",
	"signer/certificate-expired": "OMS-CERT-5",
	"signer/certificate-not-yet-valid": "OMS-CERT-5",
	"signer/certificate-untrusted": "OMS-CERT-3",
	"signer/certificate-not-a-ca": "OMS-CERT-8",
	"signer/certificate-path-length": "OMS-CERT-8",
	"signer/certificate-name-constraint": "OMS-CERT-8",
	"signer/certificate-usage": "OMS-CERT-7",
	"signer/certificate-budget": "OMS-CERT-15",
	"signer/historical-certificate": "OMS-HIST-7",
	"signer/system-roots": "OMS-CERT-13",
	"signer/verification-time": "OMS-CERT-24",
	"signer/timestamp-ignored": "OMS-CERT-25",
	"signer/timestamp-unavailable": null,
	"signer/timestamp-malformed": "OMS-TIME-4",
	"signer/timestamp-refused": "OMS-TIME-4",
	"signer/timestamp-imprint": "OMS-TIME-4",
	"signer/timestamp-nonce": "OMS-TIME-3",
	"signer/timestamp-signature": "OMS-TIME-4",
	"signer/timestamp-signer": "OMS-TIME-5",
	"signer/timestamp-usage": "OMS-TIME-5",
	"signer/timestamp-untrusted": "OMS-TIME-6",
	"signer/timestamp-expired": "OMS-TIME-6",
	"signer/timestamp-not-yet-valid": "OMS-TIME-6",
	"signer/timestamp-path": "OMS-TIME-6",
	"signer/identity-mismatch": "OMS-SIGSTORE-5",
	"signer/issuer-mismatch": "OMS-SIGSTORE-5",
	"signer/log-invalid": "OMS-SIGSTORE-12",
	"signer/sct-invalid": "OMS-SIGSTORE-10",
	"signer/timestamp-invalid": "OMS-SIGSTORE-11",
	"signer/trust-unreadable": null,
	"signer/trust-missing": null,
	"signer/trust-cache": "OMS-TRUST-5",
	"signer/trust-outdated": "OMS-TRUST-4",
	"signer/token-missing": null,
	"signer/token-invalid": null,
	"signer/token-audience": null,
	"signer/token-expired": null,
	"signer/login-failed": null,
	"signer/service-failed": null,
	"envelope/payload-type": "OMS-DSSE-2",
	"envelope/signature-count": "OMS-DSSE-5",
	"envelope/signature-invalid": "OMS-DSSE-10",
	"envelope/historical-form": "OMS-HIST-5",
	"statement/too-large": "OMS-LIMIT-1",
	"statement/not-json": "OMS-STMT-6",
	"statement/duplicate-member": "OMS-JSON-1",
	"statement/type": "OMS-STMT-2",
	"statement/predicate-type": "OMS-STMT-4",
	"statement/subject": "OMS-SUBJECT-2",
	"statement/malformed": "OMS-STMT-6",
	"statement/predicate-invalid": null,
	"statement/other-subject": null,
	"statement/attestation-missing": null,
	"statement/lineage-unverified": null,
	"manifest/malformed": "OMS-PRED-2",
	"manifest/empty": "OMS-RES-8",
	"manifest/too-many-resources": "OMS-LIMIT-1",
	"manifest/name-invalid": "OMS-NAME-6",
	"manifest/name-duplicate": "OMS-RES-10",
	"manifest/unsorted": "OMS-ORDER-3",
	"manifest/digest-invalid": "OMS-RES-4",
	"manifest/algorithm-mismatch": "OMS-RES-6",
	"manifest/algorithm-suffix": "OMS-RES-12",
	"manifest/algorithm-unsupported": "OMS-ALG-2",
	"manifest/shard-size-invalid": "OMS-SHARD-2",
	"manifest/shard-invalid": "OMS-SHARD-8",
	"manifest/shard-coverage": "OMS-SHARD-9",
	"manifest/ignore-path-invalid": "OMS-MATCH-6",
	"manifest/single-file-name": "OMS-NAME-10",
	"manifest/annotations-invalid": "OMS-ANNOT-3",
	"manifest/extensions-invalid": "OMS-EXT-3",
	"manifest/extension-unsupported": "OMS-EXT-2",
	"manifest/sub-manifest-invalid": "OMS-SUB-7",
	"manifest/root-digest-mismatch": "OMS-ROOT-3",
	"model/not-found": null,
	"model/not-signed": "OMS-PARTIAL-6",
	"model/unreadable": null,
	"model/out-of-memory": null,
	"model/unit-too-large": null,
	"model/empty": "OMS-ENUM-3",
	"model/too-many-files": "OMS-LIMIT-4",
	"model/unsupported-file": "OMS-ENUM-5",
	"model/symlink": "OMS-LINK-1",
	"model/symlink-hub-cache": "OMS-LINK-1",
	"model/symlink-outside": "OMS-LINK-6",
	"model/symlink-broken": "OMS-LINK-7",
	"model/name-not-utf8": "OMS-NAME-5",
	"model/ignore-path-outside": "OMS-MATCH-4",
	"model/ignored-files": "OMS-IGNORE-11",
	"model/ignored-code": "OMS-IGNORE-12",
	"model/signature-name": "OMS-MATCH-10",
	"model/changed": "OMS-ENUM-8",
	"model/empty-file-unsigned": "OMS-SHARD-11",
	"model/pointer-file": null,
	"model/reuse-contradicted": null,
	"model/side-file-invalid": "OMS-SIDE-2",
	"model/mismatch": "OMS-VERIFY-1"
};
Object.keys(requirementOf);
var OmsError = class extends Error {
	name = "OmsError";
	code;
	stage;
	requirement;
	differences;
	required;
	constructor(code, message, options = {}) {
		super(printable(message), "cause" in options ? { cause: options.cause } : void 0);
		this.code = code;
		this.stage = stageOf(code);
		this.requirement = options.requirement === void 0 ? requirementOf[code] : options.requirement;
		this.differences = options.differences ?? [];
		this.required = options.required ?? false;
	}
};
function stageOf(code) {
	return code.slice(0, code.indexOf("/"));
}
var blake_hash_exports = __exportAll({});
var init_blake_hash = __esmMin((() => {
	throw Object.assign(new Error("the action does not have @napi-rs/blake-hash"), { code: "ERR_MODULE_NOT_FOUND" });
}));
var fromNumH, fromNumL;
var init__u64 = __esmMin((() => {
	fromNumH = (n) => n / 2 ** 32 | 0;
	fromNumL = (n) => n >>> 0;
}));
function isBytes(a) {
	return a instanceof Uint8Array || ArrayBuffer.isView(a) && a.constructor.name === "Uint8Array" && "BYTES_PER_ELEMENT" in a && a.BYTES_PER_ELEMENT === 1;
}
function anumber(n, title = "") {
	if (typeof n !== "number") throw new TypeError(atitle(title) + "expected number, got " + typeof n);
	if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(atitle(title) + "expected integer >= 0, got " + n);
	return n;
}
function abytes(value, length, title = "") {
	if (isBytes(value) && (length === void 0 || value.length === length)) return value;
	if (length !== void 0) anumber(length, "length");
	const bytes = isBytes(value);
	const ofLen = length !== void 0 ? ` of length ${length}` : "";
	const got = bytes ? `length=${value.length}` : `type=${typeof value}`;
	const message = atitle(title) + "expected Uint8Array" + ofLen + ", got " + got;
	if (!bytes) throw new TypeError(message);
	throw new RangeError(message);
}
function copyBytes(bytes) {
	return Uint8Array.from(abytes(bytes));
}
function aexists(instance, checkFinished = true) {
	if (instance.destroyed) throw new Error("hash was destroyed");
	if (checkFinished && instance.finished) throw new Error("digest() was already called");
}
function aoutput(out, instance) {
	abytes(out, void 0, "output");
	const min = instance.outputLen;
	if (!(out.length >= min)) throw new RangeError("\"output\" expected length >= " + min);
}
function u8(arr) {
	return new Uint8Array(arr.buffer, arr.byteOffset, arr.byteLength);
}
function u32(arr) {
	return new Uint32Array(arr.buffer, arr.byteOffset, Math.floor(arr.byteLength / 4));
}
function clean(...arrays) {
	for (let i = 0; i < arrays.length; i++) arrays[i].fill(0);
}
function rotr(word, shift) {
	return word << 32 - shift | word >>> shift;
}
function byteSwap(word) {
	return word << 24 & 4278190080 | word << 8 & 16711680 | word >>> 8 & 65280 | word >>> 24 & 255;
}
function byteSwap32(arr) {
	for (let i = 0; i < arr.length; i++) arr[i] = byteSwap(arr[i]);
	return arr;
}
function checkOpts(defaults, opts, title = "opts") {
	aopts(defaults, "defaults");
	if (opts !== void 0) aopts(opts, title);
	return Object.assign(Object.create(null), defaults, opts);
}
function createHasher(hashCons, info = {}) {
	if (typeof hashCons !== "function") throw new TypeError("\"hashCons\" expected function, got type=" + typeof hashCons);
	info = checkOpts({}, info, "info");
	const hashC = (msg, opts) => hashCons(opts).update(msg).digest();
	const tmp = hashCons(void 0);
	hashC.outputLen = tmp.outputLen;
	hashC.blockLen = tmp.blockLen;
	hashC.canXOF = tmp.canXOF;
	hashC.create = (opts) => hashCons(opts);
	Object.assign(hashC, info);
	return Object.freeze(hashC);
}
var atitle, aobject, aopts, isLE, swap8IfBE, swap32IfBE;
var init_utils = __esmMin((() => {
	atitle = (title) => title ? `"${title}" ` : "";
	aobject = (value, label) => {
		if (value === null || typeof value !== "object" || Array.isArray(value)) throw new TypeError((label === "object" ? "" : `"${label}" `) + "expected object, got type=" + typeof value);
	};
	aopts = (value, label) => {
		aobject(value, label);
		const proto = Object.getPrototypeOf(value);
		if (proto !== Object.prototype && proto !== null) throw new TypeError(`"${label}" expected plain object`);
		if (Object.hasOwn(value, "__proto__")) throw new TypeError(`"${label}.__proto__" is not allowed`);
	};
	isLE = (() => new Uint8Array(new Uint32Array([287454020]).buffer)[0] === 68)();
	swap8IfBE = isLE ? (n) => n : (n) => byteSwap(n) >>> 0;
	swap32IfBE = isLE ? (u) => u : byteSwap32;
}));
var SHA256_IV;
var init__md = __esmMin((() => {
	SHA256_IV = Uint32Array.from([
		1779033703,
		3144134277,
		1013904242,
		2773480762,
		1359893119,
		2600822924,
		528734635,
		1541459225
	]);
}));
function G1s(a, b, c, d, x) {
	a = a + b + x | 0;
	d = rotr(d ^ a, 16);
	c = c + d | 0;
	b = rotr(b ^ c, 12);
	return {
		a,
		b,
		c,
		d
	};
}
function G2s(a, b, c, d, x) {
	a = a + b + x | 0;
	d = rotr(d ^ a, 8);
	c = c + d | 0;
	b = rotr(b ^ c, 7);
	return {
		a,
		b,
		c,
		d
	};
}
var init__blake = __esmMin((() => {
	init_utils();
}));
function _compress(s, offset, msg, rounds, v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15) {
	let j = 0;
	for (let i = 0; i < rounds; i++) {
		({a: v0, b: v4, c: v8, d: v12} = G1s(v0, v4, v8, v12, msg[offset + s[j++]]));
		({a: v0, b: v4, c: v8, d: v12} = G2s(v0, v4, v8, v12, msg[offset + s[j++]]));
		({a: v1, b: v5, c: v9, d: v13} = G1s(v1, v5, v9, v13, msg[offset + s[j++]]));
		({a: v1, b: v5, c: v9, d: v13} = G2s(v1, v5, v9, v13, msg[offset + s[j++]]));
		({a: v2, b: v6, c: v10, d: v14} = G1s(v2, v6, v10, v14, msg[offset + s[j++]]));
		({a: v2, b: v6, c: v10, d: v14} = G2s(v2, v6, v10, v14, msg[offset + s[j++]]));
		({a: v3, b: v7, c: v11, d: v15} = G1s(v3, v7, v11, v15, msg[offset + s[j++]]));
		({a: v3, b: v7, c: v11, d: v15} = G2s(v3, v7, v11, v15, msg[offset + s[j++]]));
		({a: v0, b: v5, c: v10, d: v15} = G1s(v0, v5, v10, v15, msg[offset + s[j++]]));
		({a: v0, b: v5, c: v10, d: v15} = G2s(v0, v5, v10, v15, msg[offset + s[j++]]));
		({a: v1, b: v6, c: v11, d: v12} = G1s(v1, v6, v11, v12, msg[offset + s[j++]]));
		({a: v1, b: v6, c: v11, d: v12} = G2s(v1, v6, v11, v12, msg[offset + s[j++]]));
		({a: v2, b: v7, c: v8, d: v13} = G1s(v2, v7, v8, v13, msg[offset + s[j++]]));
		({a: v2, b: v7, c: v8, d: v13} = G2s(v2, v7, v8, v13, msg[offset + s[j++]]));
		({a: v3, b: v4, c: v9, d: v14} = G1s(v3, v4, v9, v14, msg[offset + s[j++]]));
		({a: v3, b: v4, c: v9, d: v14} = G2s(v3, v4, v9, v14, msg[offset + s[j++]]));
	}
	return {
		v0,
		v1,
		v2,
		v3,
		v4,
		v5,
		v6,
		v7,
		v8,
		v9,
		v10,
		v11,
		v12,
		v13,
		v14,
		v15
	};
}
var _BLAKE2;
var init_blake2 = __esmMin((() => {
	init__blake();
	init_utils();
	_BLAKE2 = class {
		buffer;
		buffer32;
		finished = false;
		destroyed = false;
		length = 0;
		pos = 0;
		blockLen;
		outputLen;
		canXOF = false;
		constructor(blockLen, outputLen) {
			anumber(blockLen);
			anumber(outputLen);
			this.blockLen = blockLen;
			this.outputLen = outputLen;
			this.buffer = new Uint8Array(blockLen);
			this.buffer32 = u32(this.buffer);
		}
		update(data) {
			aexists(this);
			abytes(data);
			const { blockLen, buffer, buffer32 } = this;
			const len = data.length;
			const offset = data.byteOffset;
			const buf = data.buffer;
			for (let pos = 0; pos < len;) {
				if (this.pos === blockLen) {
					swap32IfBE(buffer32);
					this.compress(buffer32, 0, false);
					swap32IfBE(buffer32);
					this.pos = 0;
				}
				const take = Math.min(blockLen - this.pos, len - pos);
				const dataOffset = offset + pos;
				if (take === blockLen && !(dataOffset % 4) && pos + take < len) {
					const data32 = new Uint32Array(buf, dataOffset, Math.floor((len - pos) / 4));
					swap32IfBE(data32);
					for (let pos32 = 0; pos + blockLen < len; pos32 += buffer32.length, pos += blockLen) {
						this.length += blockLen;
						this.compress(data32, pos32, false);
					}
					swap32IfBE(data32);
					continue;
				}
				buffer.set(pos === 0 && take === len ? data : data.subarray(pos, pos + take), this.pos);
				this.pos += take;
				this.length += take;
				pos += take;
			}
			return this;
		}
		digestInto(out) {
			aexists(this);
			aoutput(out, this);
			if (out.byteOffset & 3) throw new RangeError("\"output\" expected 4-byte aligned byteOffset, got " + out.byteOffset);
			const { pos, buffer32 } = this;
			this.finished = true;
			this.buffer.fill(0, pos);
			swap32IfBE(buffer32);
			this.compress(buffer32, 0, true);
			swap32IfBE(buffer32);
			const state = this.get();
			const out32 = out === this.buffer ? buffer32 : u32(out);
			const full = Math.floor(this.outputLen / 4);
			for (let i = 0; i < full; i++) out32[i] = swap8IfBE(state[i]);
			const tail = this.outputLen % 4;
			if (!tail) return;
			const off = full * 4;
			const word = state[full];
			for (let i = 0; i < tail; i++) out[off + i] = word >>> 8 * i;
		}
		digest() {
			const { buffer, outputLen } = this;
			this.digestInto(buffer);
			const res = buffer.slice(0, outputLen);
			this.destroy();
			return res;
		}
		_cloneInto(to) {
			const { buffer, length, finished, destroyed, outputLen, pos } = this;
			to ||= new this.constructor({ dkLen: outputLen });
			to.set(...this.get());
			to.buffer.set(buffer);
			to.destroyed = destroyed;
			to.finished = finished;
			to.length = length;
			to.pos = pos;
			to.outputLen = outputLen;
			return to;
		}
		clone() {
			return this._cloneInto();
		}
	};
}));
var blake3_exports = __exportAll({
	_BLAKE3: () => _BLAKE3,
	blake3: () => blake3
});
var B3_Flags, B3_IV, B3_SIGMA, _BLAKE3, blake3;
var init_blake3 = __esmMin((() => {
	init__md();
	init__u64();
	init_blake2();
	init_utils();
	B3_Flags = {
		CHUNK_START: 1,
		CHUNK_END: 2,
		PARENT: 4,
		ROOT: 8,
		KEYED_HASH: 16,
		DERIVE_KEY_CONTEXT: 32,
		DERIVE_KEY_MATERIAL: 64
	};
	B3_IV = SHA256_IV.slice();
	B3_SIGMA = (() => {
		const Id = Array.from({ length: 16 }, (_, i) => i);
		const permute = (arr) => [
			2,
			6,
			3,
			10,
			7,
			0,
			4,
			13,
			1,
			11,
			12,
			5,
			9,
			14,
			15,
			8
		].map((i) => arr[i]);
		const res = [];
		for (let i = 0, v = Id; i < 7; i++, v = permute(v)) res.push(...v);
		return Uint8Array.from(res);
	})();
	_BLAKE3 = class _BLAKE3 extends _BLAKE2 {
		canXOF = true;
		chunkPos = 0;
		chunksDone = 0;
		flags = 0;
		IV;
		state;
		stack = [];
		posOut = 0;
		bufferOut32 = new Uint32Array(16);
		bufferOut;
		chunkOut = 0;
		enableXOF = true;
		constructor(opts = {}, flags = 0) {
			opts = checkOpts({}, opts);
			super(64, opts.dkLen === void 0 ? 32 : opts.dkLen);
			const { key, context } = opts;
			const hasContext = context !== void 0;
			if (key !== void 0) {
				if (hasContext) throw new Error("cannot use both \"key\" and \"context\"");
				abytes(key, 32, "key");
				const k = copyBytes(key);
				this.IV = u32(k);
				swap32IfBE(this.IV);
				this.flags = flags | B3_Flags.KEYED_HASH;
			} else if (hasContext) {
				abytes(context, void 0, "context");
				const ctx = context;
				const contextKey = new _BLAKE3({ dkLen: 32 }, B3_Flags.DERIVE_KEY_CONTEXT).update(ctx).digest();
				this.IV = u32(contextKey);
				swap32IfBE(this.IV);
				this.flags = flags | B3_Flags.DERIVE_KEY_MATERIAL;
			} else {
				this.IV = B3_IV;
				this.flags = flags;
			}
			this.state = this.IV.slice();
			this.bufferOut = u8(this.bufferOut32);
		}
		get() {
			return [];
		}
		set() {}
		b2Compress(counter, flags, buf, bufPos = 0) {
			const { state: s, pos } = this;
			const t0 = fromNumL(counter);
			const t1 = fromNumH(counter);
			const { v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15 } = _compress(B3_SIGMA, bufPos, buf, 7, s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], B3_IV[0], B3_IV[1], B3_IV[2], B3_IV[3], t0, t1, pos, flags);
			s[0] = v0 ^ v8;
			s[1] = v1 ^ v9;
			s[2] = v2 ^ v10;
			s[3] = v3 ^ v11;
			s[4] = v4 ^ v12;
			s[5] = v5 ^ v13;
			s[6] = v6 ^ v14;
			s[7] = v7 ^ v15;
		}
		compress(buf, bufPos = 0, isLast = false) {
			let flags = this.flags;
			if (!this.chunkPos) flags |= B3_Flags.CHUNK_START;
			if (this.chunkPos === 15 || isLast) flags |= B3_Flags.CHUNK_END;
			if (!isLast) this.pos = this.blockLen;
			this.b2Compress(this.chunksDone, flags, buf, bufPos);
			this.chunkPos += 1;
			if (this.chunkPos === 16 || isLast) {
				let chunk = this.state;
				this.state = this.IV.slice();
				for (let last, chunks = this.chunksDone + 1; isLast || !(chunks & 1); chunks = Math.floor(chunks / 2)) {
					if (!(last = this.stack.pop())) break;
					this.buffer32.set(last, 0);
					this.buffer32.set(chunk, 8);
					this.pos = this.blockLen;
					this.b2Compress(0, this.flags | B3_Flags.PARENT, this.buffer32, 0);
					chunk = this.state;
					this.state = this.IV.slice();
				}
				this.chunksDone++;
				this.chunkPos = 0;
				this.stack.push(chunk);
			}
			this.pos = 0;
		}
		_cloneInto(to) {
			const staleOutput = !!to && to.finished && !to.destroyed;
			to = super._cloneInto(to);
			const { IV, flags, state, chunkPos, posOut, chunkOut, stack, chunksDone } = this;
			to.state.set(state);
			to.stack = stack.map((i) => Uint32Array.from(i));
			if (IV === B3_IV) {
				if (to.IV !== B3_IV) clean(to.IV);
				to.IV = B3_IV;
			} else if (to.IV === B3_IV) to.IV = IV.slice();
			else to.IV.set(IV);
			to.flags = flags;
			to.chunkPos = chunkPos;
			to.chunksDone = chunksDone;
			to.posOut = posOut;
			to.chunkOut = chunkOut;
			to.enableXOF = this.enableXOF;
			if (this.finished) to.bufferOut32.set(this.bufferOut32);
			else if (staleOutput) clean(to.bufferOut32);
			return to;
		}
		destroy() {
			this.destroyed = true;
			clean(this.state, this.buffer32, this.bufferOut32);
			if (this.IV !== B3_IV) clean(this.IV);
			clean(...this.stack);
		}
		b2CompressOut() {
			const { state: s, pos, flags, buffer32, bufferOut32: out32 } = this;
			const outCounter = this.chunkOut++;
			const t0 = fromNumL(outCounter);
			const t1 = fromNumH(outCounter);
			swap32IfBE(buffer32);
			const { v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15 } = _compress(B3_SIGMA, 0, buffer32, 7, s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], B3_IV[0], B3_IV[1], B3_IV[2], B3_IV[3], t0, t1, pos, flags);
			out32[0] = v0 ^ v8;
			out32[1] = v1 ^ v9;
			out32[2] = v2 ^ v10;
			out32[3] = v3 ^ v11;
			out32[4] = v4 ^ v12;
			out32[5] = v5 ^ v13;
			out32[6] = v6 ^ v14;
			out32[7] = v7 ^ v15;
			out32[8] = s[0] ^ v8;
			out32[9] = s[1] ^ v9;
			out32[10] = s[2] ^ v10;
			out32[11] = s[3] ^ v11;
			out32[12] = s[4] ^ v12;
			out32[13] = s[5] ^ v13;
			out32[14] = s[6] ^ v14;
			out32[15] = s[7] ^ v15;
			swap32IfBE(buffer32);
			swap32IfBE(out32);
			this.posOut = 0;
		}
		finish() {
			if (this.finished) return;
			this.finished = true;
			this.buffer.fill(0, this.pos);
			let flags = this.flags | B3_Flags.ROOT;
			if (this.stack.length) {
				flags |= B3_Flags.PARENT;
				swap32IfBE(this.buffer32);
				this.compress(this.buffer32, 0, true);
				swap32IfBE(this.buffer32);
				this.chunksDone = 0;
				this.pos = this.blockLen;
			} else flags |= (!this.chunkPos ? B3_Flags.CHUNK_START : 0) | B3_Flags.CHUNK_END;
			this.flags = flags;
			this.b2CompressOut();
		}
		writeInto(out) {
			aexists(this, false);
			abytes(out);
			this.finish();
			const { blockLen, bufferOut } = this;
			for (let pos = 0, len = out.length; pos < len;) {
				if (this.posOut >= blockLen) this.b2CompressOut();
				const take = Math.min(blockLen - this.posOut, len - pos);
				out.set(bufferOut.subarray(this.posOut, this.posOut + take), pos);
				this.posOut += take;
				pos += take;
			}
			return out;
		}
		xofInto(out) {
			if (!this.enableXOF) throw new Error("no XOF after digest()");
			return this.writeInto(out);
		}
		xof(bytes) {
			anumber(bytes);
			return this.xofInto(new Uint8Array(bytes));
		}
		digestInto(out) {
			aoutput(out, this);
			if (this.finished) throw new Error("digest() was already called");
			this.enableXOF = false;
			this.writeInto(out.length === this.outputLen ? out : out.subarray(0, this.outputLen));
			this.destroy();
		}
		digest() {
			const out = new Uint8Array(this.outputLen);
			this.digestInto(out);
			return out;
		}
	};
	blake3 = createHasher((opts = {}) => new _BLAKE3(opts));
}));
async function loadAlgorithm(name, onSlow) {
	switch (name) {
		case "sha256": return nodeAlgorithm(name, "sha256");
		case "blake2b": return (await loadBlake())?.blake2b ?? nodeAlgorithm(name, "blake2b512");
		case "blake3": return (await loadBlake())?.blake3 ?? await loadSlowBlake3(onSlow);
		default: throw new OmsError("manifest/algorithm-unsupported", `the digest algorithm ${quote(name)} is not one of ${Object.keys(digestSize).join(", ")}`);
	}
}
function nodeAlgorithm(name, nodeName) {
	return {
		name,
		createHasher() {
			const hasher = (0, node_crypto.createHash)(nodeName);
			return {
				update: (bytes) => void hasher.update(bytes),
				digest: () => hasher.digest("hex")
			};
		},
		hash: (bytes) => (0, node_crypto.hash)(nodeName, bytes, "hex")
	};
}
async function loadBlake() {
	try {
		const { blake2b, Blake2BHasher, blake3, Blake3Hasher } = await Promise.resolve().then(() => (init_blake_hash(), blake_hash_exports));
		return {
			blake2b: {
				name: "blake2b",
				createHasher: () => nativeHasher(new Blake2BHasher()),
				hash: (bytes) => blake2b(bytes).toString("hex")
			},
			blake3: {
				name: "blake3",
				createHasher: () => nativeHasher(new Blake3Hasher()),
				hash: (bytes) => blake3(bytes).toString("hex")
			}
		};
	} catch {
		return null;
	}
}
function nativeHasher(hasher) {
	return {
		update: (bytes) => void hasher.update(bytes),
		digest: () => hasher.digest("hex")
	};
}
async function loadSlowBlake3(onSlow) {
	const { blake3 } = await Promise.resolve().then(() => (init_blake3(), blake3_exports));
	onSlow?.("blake3 is computed in JavaScript, which is slow: there is no binary for this platform");
	return {
		name: "blake3",
		createHasher: () => {
			const hasher = blake3.create();
			return {
				update: (bytes) => void hasher.update(bytes),
				digest: () => Buffer.from(hasher.digest()).toString("hex")
			};
		},
		hash: (bytes) => Buffer.from(blake3(bytes)).toString("hex")
	};
}
const pointerKinds = [
	"git-lfs",
	"git-xet",
	"git-annex",
	"hub-link"
];
const beginnings = [
	"version https://",
	"version http://",
	"# xet version ",
	"/annex/objects/",
	".git/annex/",
	"../"
].map((text) => new TextEncoder().encode(text));
const LFS_SPEC = "version https://git-lfs.github.com/spec/";
const OLD_LFS_VERSIONS = new Set(["version https://hawser.github.com/spec/v1", "version http://git-media.io/v/2"]);
const ANNEX_KEY = /^\/annex\/objects\/[A-Z0-9_]+(?:-[A-Za-z]\d+)*--./;
function pointerKind(bytes) {
	if (bytes.length > 1024) return null;
	const text = bytes.subarray(firstByte(bytes));
	if (!beginnings.some((beginning) => startsWith(text, beginning))) return null;
	const lines = new TextDecoder().decode(text).trimEnd().split("\n").map((line) => line.trimEnd());
	const [first = ""] = lines;
	const some = (pattern) => lines.some((line) => pattern.test(line));
	if (first.startsWith(LFS_SPEC) || OLD_LFS_VERSIONS.has(first)) return some(/^oid sha256:[0-9a-f]{64}$/i) && some(/^size \d+$/) ? "git-lfs" : null;
	if (first.startsWith("# xet version ")) return some(/^filesize = /) && some(/^hash = /) ? "git-xet" : null;
	if (ANNEX_KEY.test(first)) return "git-annex";
	return lines.length === 1 ? kindOfPath(first) : null;
}
function kindOfPath(path) {
	if (/^\/annex\/objects\/[^/\s]+$/.test(path) || /^[./]*\.git\/annex\/objects\/(?:\S+|.+--.+)$/.test(path)) return "git-annex";
	return /^(?:\.\.\/){2,}blobs\/(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(path) ? "hub-link" : null;
}
const BYTE_ORDER_MARK = Uint8Array.of(239, 187, 191);
function firstByte(bytes) {
	let at = startsWith(bytes, BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
	while (bytes[at] === 10 || bytes[at] === 13 || bytes[at] === 32) at++;
	return at;
}
function startsWith(bytes, beginning) {
	if (bytes.length < beginning.length) return false;
	for (let i = 0; i < beginning.length; i++) if (bytes[i] !== beginning[i]) return false;
	return true;
}
function now() {
	return process.uptime() * 1e3;
}
const NONE = 0;
const BEING_WRITTEN = 1;
const KNOWN = 2;
const FIELDS = 5;
function fieldsOf({ dev, ino, size, mtimeNs, ctimeNs }) {
	return [
		dev,
		ino,
		size,
		mtimeNs,
		ctimeNs
	].map((value) => BigInt.asUintN(64, value));
}
function isSameFile(a, b) {
	return a.ctimeNs === b.ctimeNs && a.mtimeNs === b.mtimeNs && a.size === b.size && a.ino === b.ino && a.dev === b.dev;
}
var FileRecord = class {
	#states;
	#stats;
	#index;
	constructor({ states, stats }, index) {
		this.#states = states;
		this.#stats = stats;
		this.#index = index;
	}
	get isKnown() {
		return Atomics.load(this.#states, this.#index) === KNOWN;
	}
	compare(look) {
		for (;;) {
			const state = Atomics.compareExchange(this.#states, this.#index, NONE, BEING_WRITTEN);
			if (state === NONE) return this.#write(look);
			if (state === KNOWN) {
				const found = look();
				return this.#isFirst(found) ? found : null;
			}
			Atomics.wait(this.#states, this.#index, BEING_WRITTEN);
		}
	}
	#write(look) {
		let state = NONE;
		try {
			const found = look();
			this.#stats.set(fieldsOf(found), FIELDS * this.#index);
			state = KNOWN;
			return found;
		} finally {
			Atomics.store(this.#states, this.#index, state);
			Atomics.notify(this.#states, this.#index);
		}
	}
	#isFirst(found) {
		return fieldsOf(found).every((value, field) => value === this.#stats[FIELDS * this.#index + field]);
	}
};
var RecordWriter = class {
	#fileOfJob;
	#files = new Map();
	#previous = null;
	constructor(count) {
		this.#fileOfJob = new Uint32Array(new SharedArrayBuffer(4 * count));
	}
	add(job, path) {
		let file = this.#previous?.path === path ? this.#previous.file : this.#files.get(path);
		if (file === void 0) {
			file = this.#files.size;
			this.#files.set(path, file);
		}
		this.#previous = {
			path,
			file
		};
		this.#fileOfJob[job] = file + 1;
	}
	finish() {
		const count = this.#files.size;
		return {
			fileOfJob: count === 0 ? new Uint32Array(new SharedArrayBuffer(0)) : this.#fileOfJob,
			states: new Int32Array(new SharedArrayBuffer(4 * count)),
			stats: new BigUint64Array(new SharedArrayBuffer(40 * count))
		};
	}
};
const OPEN_FLAGS = node_fs.constants.O_RDONLY | (node_fs.constants.O_NOFOLLOW ?? 0) | (node_fs.constants.O_NONBLOCK ?? 0);
var FileChanged = class extends Error {};
const LARGE_BYTES$1 = 8388608;
const TICK_MS = 16;
const COARSE_TICK_MS = 2e3;
const RECENT_MS = 2e3;
const MAX_ATTEMPTS = 5;
const CANNOT_SYNC = new Set([...[
	"EACCES",
	"EBADF",
	"EINVAL",
	"ENOSYS",
	"ENOTSUP",
	"EOPNOTSUPP",
	"EPERM",
	"EROFS"
], "ERR_ACCESS_DENIED"]);
var OpenFile = class {
	size;
	#path;
	#record;
	#descriptor;
	#before;
	constructor(path, expectedSize, record = null) {
		this.#path = path;
		this.#record = record;
		this.#descriptor = openDescriptor(path);
		try {
			this.#before = this.#look();
			this.size = Number(this.#before.size);
			if (!this.#before.isFile()) throw new FileChanged("is no longer a regular file");
			if (expectedSize !== null && this.size !== expectedSize) throw new FileChanged("changed its size");
		} catch (error) {
			this.close();
			throw error;
		}
	}
	get needsFlush() {
		return this.size >= LARGE_BYTES$1 && this.#record?.isKnown !== true;
	}
	flush() {
		return new Promise((resolve, reject) => {
			(0, node_fs.fdatasync)(this.#descriptor, (error) => error === null ? resolve() : reject(error));
		}).catch((error) => {
			if (!cannotSync(error)) throw error;
		});
	}
	begin() {
		const record = this.#record;
		const before = record ? record.compare(() => record.isKnown ? this.#look() : this.#settled()) : this.#settled();
		if (before === null) throw new FileChanged("changed");
		if (Number(before.size) !== this.size) throw new FileChanged("changed its size");
		this.#before = before;
	}
	#settled() {
		const isLarge = this.size >= LARGE_BYTES$1;
		let before = this.#before;
		for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
			const tick = tickOf(before);
			const isRecent = isYounger(before, isLarge ? RECENT_MS : tick);
			if (!isRecent && !isLarge) return before;
			if (isRecent && isLarge) this.#sync();
			if (isRecent) pause(tick + 1);
			if (isLarge) this.#sync();
			const after = this.#look();
			if (isSameFile(before, after)) return after;
			before = after;
		}
		throw new FileChanged("kept changing");
	}
	#sync() {
		try {
			(0, node_fs.fdatasyncSync)(this.#descriptor);
		} catch (error) {
			if (!cannotSync(error)) throw error;
		}
	}
	#look() {
		return (0, node_fs.fstatSync)(this.#descriptor, { bigint: true });
	}
	read(buffer, length, position) {
		const count = (0, node_fs.readSync)(this.#descriptor, buffer, 0, length, position);
		if (count === 0) throw new FileChanged("became shorter");
		return count;
	}
	readMeanwhile(buffer, length, position) {
		return new Promise((resolve, reject) => {
			(0, node_fs.read)(this.#descriptor, buffer, 0, length, position, (error, count) => {
				if (error) reject(error);
				else if (count === 0) reject(new FileChanged("became shorter"));
				else resolve(count);
			});
		});
	}
	cloneTo(copy) {
		(0, node_fs.copyFileSync)(`/proc/self/fd/${this.#descriptor}`, copy, node_fs.constants.COPYFILE_FICLONE_FORCE | node_fs.constants.COPYFILE_EXCL);
	}
	confirm() {
		if (!isSameFile(this.#before, this.#look())) throw new FileChanged("changed");
		if (this.size < LARGE_BYTES$1) return;
		const there = (0, node_fs.lstatSync)(this.#path, {
			bigint: true,
			throwIfNoEntry: false
		});
		if (!there || !isSameFile(this.#before, there)) throw new FileChanged("was replaced");
	}
	close() {
		(0, node_fs.closeSync)(this.#descriptor);
	}
};
function openDescriptor(path) {
	try {
		return (0, node_fs.openSync)(path, OPEN_FLAGS);
	} catch (cause) {
		const code = cause.code ?? "";
		throw [
			"ELOOP",
			"EMLINK",
			"ENOENT",
			"ENOTDIR",
			"EISDIR",
			"ENXIO"
		].includes(code) ? new FileChanged("was replaced", { cause }) : cause;
	}
}
function cannotSync(error) {
	return CANNOT_SYNC.has(error.code ?? "");
}
function tickOf({ ctimeNs }) {
	return ctimeNs % 1000000000n === 0n ? COARSE_TICK_MS : TICK_MS;
}
function isYounger({ ctimeNs }, milliseconds) {
	const age = Date.now() - Number(ctimeNs / 1000000n);
	return age <= milliseconds && age > -2e3;
}
function pause(milliseconds) {
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
const FLAGS = node_fs.constants.O_WRONLY | node_fs.constants.O_CREAT | (node_fs.constants.O_NOFOLLOW ?? 0);
const LARGE_BYTES = 8388608;
var RangeCopy = class {
	#descriptor;
	#start;
	#position;
	constructor(path, start) {
		this.#descriptor = marked(() => (0, node_fs.openSync)(path, FLAGS, 438));
		this.#start = start;
		this.#position = start;
	}
	write(bytes) {
		for (let at = 0; at < bytes.length;) at += marked(() => (0, node_fs.writeSync)(this.#descriptor, bytes, at, bytes.length - at, this.#position + at));
		this.#position += bytes.length;
	}
	settle() {
		if (this.#position - this.#start < LARGE_BYTES) return null;
		return new Promise((resolve, reject) => {
			(0, node_fs.fdatasync)(this.#descriptor, (error) => error === null ? resolve() : reject(mark(error)));
		});
	}
	close() {
		(0, node_fs.closeSync)(this.#descriptor);
	}
};
function marked(act) {
	try {
		return act();
	} catch (error) {
		throw mark(error);
	}
}
function mark(error) {
	return error instanceof Error ? Object.assign(error, { isCopyFault: true }) : error;
}
const CHUNK_BYTES = 524288;
const READ_AHEAD_BYTES = 2097152;
const TRIAL_BYTES = 134217728;
var RangeHasher = class {
	pointer = null;
	#algorithm;
	#options;
	#buffer = alignedBuffer(CHUNK_BYTES);
	#aheadBuffers = null;
	#copy = null;
	constructor(algorithm, options) {
		this.#algorithm = algorithm;
		this.#options = options;
	}
	*hash({ path, size, start, end, record, copyTo = null, sync }) {
		this.pointer = null;
		const file = new OpenFile(path, size, record);
		try {
			if (file.needsFlush) yield file.flush();
			file.begin();
			this.#copy = copyTo === null ? null : new RangeCopy(copyTo, start);
			const until = end ?? file.size;
			const digest = until - start <= CHUNK_BYTES ? this.#hashAtOnce(file, start, until) : yield* this.#hashInChunks(file, start, until);
			if (this.#copy && sync) yield this.#copy.settle();
			file.confirm();
			return digest;
		} finally {
			this.#copy?.close();
			this.#copy = null;
			file.close();
		}
	}
	#hashAtOnce(file, start, end) {
		const bytes = this.#buffer.subarray(0, end - start);
		for (let at = 0; at < bytes.length;) at += file.read(at === 0 ? bytes : bytes.subarray(at), bytes.length - at, start + at);
		if (bytes.length === file.size && bytes.length <= 1024) this.pointer = pointerKind(bytes);
		this.#copy?.write(bytes);
		const digest = this.#algorithm.hash(bytes);
		this.#options.onBytes?.(bytes.length);
		return digest;
	}
	*#hashInChunks(file, start, end) {
		const hasher = this.#algorithm.createHasher();
		const update = (bytes) => {
			this.#copy?.write(bytes);
			hasher.update(bytes);
			this.#options.onBytes?.(bytes.length);
		};
		const position = this.#options.mayReadAhead ? yield* this.#tryBoth(file, start, end, update) : start;
		yield* this.#readInTurn(file, position, end, update);
		return hasher.digest();
	}
	*#tryBoth(file, start, end, update) {
		const middle = Math.min(start + TRIAL_BYTES, end);
		const until = Math.min(middle + TRIAL_BYTES, end);
		const begunAt = now();
		yield* this.#readAhead(file, start, middle, update);
		const changedAt = now();
		yield* this.#readInTurn(file, middle, until, update);
		if (changedAt - begunAt > now() - changedAt) return until;
		yield* this.#readAhead(file, until, end, update);
		return end;
	}
	*#readInTurn(file, start, end, update) {
		for (let position = start; position < end;) {
			const count = file.read(this.#buffer, Math.min(CHUNK_BYTES, end - position), position);
			update(this.#buffer.subarray(0, count));
			position += count;
			yield null;
		}
	}
	*#readAhead(file, start, end, update) {
		this.#aheadBuffers ??= [alignedBuffer(READ_AHEAD_BYTES), alignedBuffer(READ_AHEAD_BYTES)];
		let [filling, filled] = this.#aheadBuffers;
		let count = 0;
		for (let position = start; position < end; position += count) {
			const reading = file.readMeanwhile(filling, Math.min(READ_AHEAD_BYTES, end - position), position);
			update(filled.subarray(0, count));
			yield reading.then((read) => {
				count = read;
			});
			[filling, filled] = [filled, filling];
		}
		update(filled.subarray(0, count));
	}
};
function alignedBuffer(length) {
	return Buffer.allocUnsafeSlow(length + 4096).subarray(48, 48 + length);
}
var JobRunner = class {
	job = -1;
	#table;
	#hasher;
	constructor(table, algorithm, { mayReadAhead }) {
		this.#table = table;
		this.#hasher = new RangeHasher(algorithm, {
			mayReadAhead,
			onBytes: (bytes) => table.count(0, bytes)
		});
	}
	*run() {
		const table = this.#table;
		for (let job = table.take(); job !== null; job = table.take()) {
			this.job = job;
			table.setDigest(job, yield* this.#hasher.hash(table.range(job)));
			if (this.#hasher.pointer) table.setPointer(job, this.#hasher.pointer);
			table.count(1, 0);
			yield null;
		}
	}
};
const LONG_BYTES = 1048576;
function release(bytes) {
	if (bytes.byteLength === bytes.buffer.byteLength) releaseBuffer(bytes);
}
function releaseBuffer({ buffer, byteLength }) {
	if (byteLength >= LONG_BYTES && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
const TAKEN = 0;
const DONE = 1;
const STOP = 2;
var JobTable = class JobTable {
	shared;
	#paths;
	#digests;
	#digestSize;
	constructor(shared) {
		this.shared = shared;
		this.#paths = Buffer.from(shared.paths.buffer);
		this.#digests = Buffer.from(shared.digests.buffer);
		this.#digestSize = digestSize[shared.algorithm];
	}
	static create(algorithm, count, jobs, copies = null) {
		const paths = new PathWriter(count);
		const ranges = new Float64Array(new SharedArrayBuffer(24 * count));
		const records = new RecordWriter(count);
		let i = 0;
		for (const { path: file, start, end, size } of jobs) {
			paths.add(file);
			ranges[3 * i] = start;
			ranges[3 * i + 1] = end ?? -1;
			ranges[3 * i + 2] = size ?? -1;
			if (start > 0 || end !== null && end !== size) records.add(i, file);
			i++;
		}
		return new JobTable({
			algorithm,
			...paths.finish(),
			records: records.finish(),
			ranges,
			copies: copies && {
				...copies,
				numbers: shared(copies.numbers)
			},
			digests: new Uint8Array(new SharedArrayBuffer(count * digestSize[algorithm])),
			pointers: new Uint8Array(new SharedArrayBuffer(count)),
			order: largestFirst(ranges),
			control: new Int32Array(new SharedArrayBuffer(12)),
			bytes: new BigInt64Array(new SharedArrayBuffer(8))
		});
	}
	get totalBytes() {
		let total = 0;
		for (let job = 0; job < this.length; job++) {
			const length = lengthOf(this.shared.ranges, job);
			if (length < 0) return null;
			total += length;
		}
		return total;
	}
	get length() {
		return this.shared.order.length;
	}
	take() {
		return this.shared.order[Atomics.add(this.shared.control, TAKEN, 1)] ?? null;
	}
	range(job) {
		const { pathBounds, ranges, records, copies } = this.shared;
		const start = ranges[3 * job];
		const end = ranges[3 * job + 1];
		const size = ranges[3 * job + 2];
		const file = records.fileOfJob[job] ?? 0;
		return {
			path: this.#paths.toString("utf8", pathBounds[2 * job], pathBounds[2 * job + 1]),
			start,
			end: end < 0 ? null : end,
			size: size < 0 ? null : size,
			record: file === 0 ? null : new FileRecord(records, file - 1),
			copyTo: copies && node_path.default.join(copies.directory, String(copies.numbers[job])),
			sync: copies?.sync
		};
	}
	setDigest(job, digest) {
		this.#digests.write(digest, job * this.#digestSize, "hex");
	}
	setPointer(job, kind) {
		this.shared.pointers[job] = pointerKinds.indexOf(kind) + 1;
	}
	*pointers() {
		for (const [job, kind] of this.shared.pointers.entries()) if (kind > 0) yield [job, pointerKinds[kind - 1]];
	}
	count(jobs, bytes) {
		if (jobs > 0) Atomics.add(this.shared.control, DONE, jobs);
		if (bytes > 0) Atomics.add(this.shared.bytes, 0, BigInt(bytes));
	}
	stop() {
		Atomics.store(this.shared.control, STOP, 1);
	}
	get stopped() {
		return Atomics.load(this.shared.control, STOP) === 1;
	}
	get waiting() {
		return Math.max(0, this.length - Atomics.load(this.shared.control, TAKEN));
	}
	get progress() {
		return {
			jobs: Atomics.load(this.shared.control, DONE),
			bytes: Number(Atomics.load(this.shared.bytes, 0))
		};
	}
	digests() {
		const size = this.#digestSize;
		return Array.from({ length: this.length }, (_, job) => this.#digests.toString("hex", job * size, (job + 1) * size));
	}
};
function shared(numbers) {
	const array = new Uint32Array(new SharedArrayBuffer(4 * numbers.length));
	array.set(numbers);
	return array;
}
function lengthOf(ranges, job) {
	const end = ranges[3 * job + 1];
	const until = end < 0 ? ranges[3 * job + 2] : end;
	return until < 0 ? -1 : until - ranges[3 * job];
}
function largestFirst(ranges) {
	const order = new Uint32Array(new SharedArrayBuffer(4 * ranges.length / 3));
	let isAnyKnown = false;
	for (let i = 0; i < order.length; i++) {
		order[i] = i;
		isAnyKnown ||= lengthOf(ranges, i) >= 0;
	}
	return isAnyKnown ? order.sort((a, b) => lengthOf(ranges, b) - lengthOf(ranges, a)) : order;
}
var PathWriter = class {
	#bounds;
	#bytes;
	#length = 0;
	#jobs = 0;
	#previous = null;
	constructor(count) {
		this.#bounds = new Uint32Array(new SharedArrayBuffer(8 * count));
		this.#bytes = Buffer.allocUnsafeSlow(256 * count + 4096);
	}
	add(path) {
		const at = 2 * this.#jobs++;
		const isNew = path !== this.#previous;
		this.#bounds[at] = isNew ? this.#length : this.#bounds[at - 2];
		if (isNew) this.#write(path);
		this.#bounds[at + 1] = this.#length;
		this.#previous = path;
	}
	#write(path) {
		const needed = this.#length + 3 * path.length;
		if (needed > this.#bytes.length) this.#grow(2 * needed);
		this.#length += this.#bytes.write(path, this.#length);
	}
	#grow(length) {
		const bytes = Buffer.allocUnsafeSlow(length);
		this.#bytes.copy(bytes, 0, 0, this.#length);
		this.#bytes = bytes;
	}
	finish() {
		const paths = new Uint8Array(new SharedArrayBuffer(this.#length));
		paths.set(this.#bytes.subarray(0, this.#length));
		release(this.#bytes);
		return {
			paths,
			pathBounds: this.#bounds
		};
	}
};
function failureOf(error) {
	const { message, ...details } = error instanceof Error ? {
		...error,
		message: error.message
	} : { message: String(error) };
	return {
		changed: error instanceof FileChanged,
		message,
		details: { ...details }
	};
}
const STARTED = "started";
async function work(table) {
	const runner = new JobRunner(table, await loadAlgorithm(table.shared.algorithm), { mayReadAhead: false });
	node_worker_threads.parentPort?.postMessage(STARTED);
	try {
		for (const pending of runner.run()) {
			if (pending) await pending;
			if (table.stopped) break;
		}
	} catch (error) {
		table.stop();
		const failed = {
			job: runner.job,
			...failureOf(error)
		};
		node_worker_threads.parentPort?.postMessage(failed);
	}
}
node_worker_threads.parentPort?.once("message", (table) => void work(new JobTable(table)));

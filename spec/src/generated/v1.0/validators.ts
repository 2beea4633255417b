// @ts-nocheck
// Generated from the schemas by tools/generate.ts. Do not edit.
"use strict";
export const predicate = validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://model-signing.example/spec/v1.0/predicate.schema.json","$comment":"OMS-PRED-2","title":"Predicate","description":"an OMS predicate: what was signed, and how the list of it was made","type":"object","required":["serialization","resources"],"properties":{"serialization":{"$ref":"#/$defs/serialization"},"resources":{"$comment":"OMS-RES-8: order and uniqueness (OMS-ORDER-3, OMS-RES-10) are semantic rules, out of a schema's reach","description":"an array of at least one descriptor","type":"array","minItems":1,"items":{"$ref":"#/$defs/resourceDescriptor"}}},"allOf":[{"if":{"$ref":"#/$defs/hashed/sha256"},"then":{"properties":{"resources":{"items":{"properties":{"algorithm":{"$comment":"OMS-RES-6: the suffix is for OMS-RES-12, and its number a semantic rule","description":"the same algorithm as hash_type, which is sha256","pattern":"^sha256(?:-sharded-[1-9][0-9]{0,15})?$"},"digest":{"$ref":"#/$defs/hex256"}}}}}}},{"if":{"$ref":"#/$defs/hashed/blake2b"},"then":{"properties":{"resources":{"items":{"properties":{"algorithm":{"$comment":"OMS-RES-6: the suffix is for OMS-RES-12, and its number a semantic rule","description":"the same algorithm as hash_type, which is blake2b","pattern":"^blake2b(?:-sharded-[1-9][0-9]{0,15})?$"},"digest":{"$ref":"#/$defs/hex512"}}}}}}},{"if":{"$ref":"#/$defs/hashed/blake3"},"then":{"properties":{"resources":{"items":{"properties":{"algorithm":{"$comment":"OMS-RES-6: the suffix is for OMS-RES-12, and its number a semantic rule","description":"the same algorithm as hash_type, which is blake3","pattern":"^blake3(?:-sharded-[1-9][0-9]{0,15})?$"},"digest":{"$ref":"#/$defs/hex256"}}}}}}},{"if":{"$ref":"#/$defs/sharded"},"then":{"properties":{"resources":{"items":{"properties":{"name":{"$ref":"#/$defs/shardName"}}}}}},"else":{"properties":{"resources":{"items":{"properties":{"algorithm":{"$ref":"#/$defs/plainAlgorithm"}}}}}}}]};
const schema32 = {"required":["serialization"],"properties":{"serialization":{"required":["hash_type"],"properties":{"hash_type":{"const":"sha256"}}}}};
const schema33 = {"$comment":"OMS-RES-4","description":"a digest of 64 lowercase hexadecimal digits","pattern":"^[0-9a-f]{64}$"};
const schema34 = {"required":["serialization"],"properties":{"serialization":{"required":["hash_type"],"properties":{"hash_type":{"const":"blake2b"}}}}};
const schema35 = {"$comment":"OMS-RES-4","description":"a digest of 128 lowercase hexadecimal digits","pattern":"^[0-9a-f]{128}$"};
const schema36 = {"required":["serialization"],"properties":{"serialization":{"required":["hash_type"],"properties":{"hash_type":{"const":"blake3"}}}}};
const schema38 = {"required":["serialization"],"properties":{"serialization":{"required":["method"],"properties":{"method":{"const":"shards"}}}}};
const schema39 = {"$comment":"OMS-SHARD-8: what the two numbers mean is a semantic rule (OMS-SHARD-9)","description":"the name of a shard: a path followed by \":<start>:<end>\" in decimal digits without leading zeros","pattern":"[^/]:(?:0|[1-9][0-9]*):[1-9][0-9]*$","allOf":[{"$comment":"OMS-NAME-6: the path before the range; the single path \".\" is historical here too","description":"a shard of a canonical name, without a component \".\" or \"..\" before the range","not":{"pattern":"(?:(?:^|/)\\.\\.|/\\.):[0-9]+:[0-9]+$"}}]};
const schema40 = {"$comment":"OMS-RES-6","description":"the same algorithm as hash_type, without a suffix","not":{"pattern":"-"}};
const pattern4 = new RegExp("^sha256(?:-sharded-[1-9][0-9]{0,15})?$", "u");
const pattern5 = new RegExp("^[0-9a-f]{64}$", "u");
const pattern6 = new RegExp("^blake2b(?:-sharded-[1-9][0-9]{0,15})?$", "u");
const pattern7 = new RegExp("^[0-9a-f]{128}$", "u");
const pattern8 = new RegExp("^blake3(?:-sharded-[1-9][0-9]{0,15})?$", "u");
const pattern10 = new RegExp("(?:(?:^|/)\\.\\.|/\\.):[0-9]+:[0-9]+$", "u");
const pattern11 = new RegExp("[^/]:(?:0|[1-9][0-9]*):[1-9][0-9]*$", "u");
const pattern12 = new RegExp("-", "u");
const schema41 = {"$comment":"OMS-SER-6","title":"Serialization","description":"an object that says how the descriptors were made","type":"object","required":["method","hash_type","allow_symlinks"],"properties":{"method":{"$comment":"OMS-SER-6","description":"the method: one descriptor for each file, or for each shard of a file","enum":["files","shards"]},"hash_type":{"$ref":"#/$defs/algorithm"},"allow_symlinks":{"$comment":"OMS-SER-6","description":"a boolean: whether symbolic links were followed","type":"boolean"},"shard_size":{"$comment":"OMS-SHARD-2","description":"a shard size: an integer number of bytes from 1 to 9007199254740991","type":"integer","minimum":1,"maximum":9007199254740991},"ignore_paths":{"$comment":"OMS-MATCH-6","description":"an array of paths that were excluded","type":"array","items":{"$ref":"#/$defs/ignorePath"}}},"allOf":[{"if":{"required":["method"],"properties":{"method":{"const":"shards"}}},"then":{"$comment":"OMS-SER-6","required":["shard_size"]}},{"if":{"required":["method"],"properties":{"method":{"const":"files"}}},"then":{"properties":{"shard_size":{"$comment":"OMS-SER-6","description":"no shard_size beside the method files","not":{}}}}}]};
const schema42 = {"$comment":"OMS-ALG-2","title":"DigestAlgorithm","description":"a digest algorithm of the registry","enum":["sha256","blake2b","blake3"]};
const schema43 = {"$comment":"OMS-MATCH-6","description":"a canonical name without the characters *, ?, [ and ]","type":"string","not":{"pattern":"(?:^|/)\\.{0,2}(?:/|$)|[\\u0000*?\\[\\]]"}};
const pattern13 = new RegExp("(?:^|/)\\.{0,2}(?:/|$)|[\\u0000*?\\[\\]]", "u");

function validate21(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate21.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
const _errs2 = errors;
const _errs3 = errors;
let valid1 = true;
const _errs4 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.method === undefined) && (missing0 = "method")){
const err0 = {};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
else {
if(data.method !== undefined){
if("shards" !== data.method){
const err1 = {};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
}
}
var _valid0 = _errs4 === errors;
errors = _errs3;
if(vErrors !== null){
if(_errs3){
vErrors.length = _errs3;
}
else {
vErrors = null;
}
}
if(_valid0){
const _errs6 = errors;
if(errors === _errs6){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing1;
if((data.shard_size === undefined) && (missing1 = "shard_size")){
validate21.errors = [{instancePath,schemaPath:"#/allOf/0/then/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema41.allOf[0].then.required,parentSchema:schema41.allOf[0].then,data}];
return false;
}
}
}
var _valid0 = _errs6 === errors;
valid1 = _valid0;
}
if(!valid1){
const err2 = {instancePath,schemaPath:"#/allOf/0/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema",schema:schema41.allOf[0].if,parentSchema:schema41.allOf[0],data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
validate21.errors = vErrors;
return false;
}
var valid0 = _errs2 === errors;
if(valid0){
const _errs8 = errors;
const _errs9 = errors;
let valid3 = true;
const _errs10 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing2;
if((data.method === undefined) && (missing2 = "method")){
const err3 = {};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
else {
if(data.method !== undefined){
if("files" !== data.method){
const err4 = {};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
}
}
var _valid1 = _errs10 === errors;
errors = _errs9;
if(vErrors !== null){
if(_errs9){
vErrors.length = _errs9;
}
else {
vErrors = null;
}
}
if(_valid1){
const _errs12 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.shard_size !== undefined){
validate21.errors = [{instancePath:instancePath+"/shard_size",schemaPath:"#/allOf/1/then/properties/shard_size/not",keyword:"not",params:{},message:"must NOT be valid",schema:schema41.allOf[1].then.properties.shard_size.not,parentSchema:schema41.allOf[1].then.properties.shard_size,data:data.shard_size}];
return false;
}
}
var _valid1 = _errs12 === errors;
valid3 = _valid1;
if(valid3){
var props0 = {};
props0.shard_size = true;
props0.method = true;
}
}
if(!valid3){
const err5 = {instancePath,schemaPath:"#/allOf/1/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema",schema:schema41.allOf[1].if,parentSchema:schema41.allOf[1],data};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
validate21.errors = vErrors;
return false;
}
var valid0 = _errs8 === errors;
if(valid0){
if(props0 !== true){
props0 = props0 || {};
props0.method = true;
}
}
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing3;
if((((data.method === undefined) && (missing3 = "method")) || ((data.hash_type === undefined) && (missing3 = "hash_type"))) || ((data.allow_symlinks === undefined) && (missing3 = "allow_symlinks"))){
validate21.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'",schema:schema41.required,parentSchema:schema41,data}];
return false;
}
else {
if(props0 !== true){
props0 = props0 || {};
props0.method = true;
props0.hash_type = true;
props0.allow_symlinks = true;
props0.shard_size = true;
props0.ignore_paths = true;
}
if(data.method !== undefined){
let data3 = data.method;
const _errs16 = errors;
if(!((data3 === "files") || (data3 === "shards"))){
validate21.errors = [{instancePath:instancePath+"/method",schemaPath:"#/properties/method/enum",keyword:"enum",params:{allowedValues: schema41.properties.method.enum},message:"must be equal to one of the allowed values",schema:schema41.properties.method.enum,parentSchema:schema41.properties.method,data:data3}];
return false;
}
var valid6 = _errs16 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data.hash_type !== undefined){
let data4 = data.hash_type;
const _errs18 = errors;
if(!(((data4 === "sha256") || (data4 === "blake2b")) || (data4 === "blake3"))){
validate21.errors = [{instancePath:instancePath+"/hash_type",schemaPath:"#/$defs/algorithm/enum",keyword:"enum",params:{allowedValues: schema42.enum},message:"must be equal to one of the allowed values",schema:schema42.enum,parentSchema:schema42,data:data4}];
return false;
}
var valid6 = _errs18 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data.allow_symlinks !== undefined){
let data5 = data.allow_symlinks;
const _errs21 = errors;
if(typeof data5 !== "boolean"){
validate21.errors = [{instancePath:instancePath+"/allow_symlinks",schemaPath:"#/properties/allow_symlinks/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema41.properties.allow_symlinks.type,parentSchema:schema41.properties.allow_symlinks,data:data5}];
return false;
}
var valid6 = _errs21 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data.shard_size !== undefined){
let data6 = data.shard_size;
const _errs24 = errors;
if(!(((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6))) && (isFinite(data6)))){
validate21.errors = [{instancePath:instancePath+"/shard_size",schemaPath:"#/properties/shard_size/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema41.properties.shard_size.type,parentSchema:schema41.properties.shard_size,data:data6}];
return false;
}
if(errors === _errs24){
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 > 9007199254740991 || isNaN(data6)){
validate21.errors = [{instancePath:instancePath+"/shard_size",schemaPath:"#/properties/shard_size/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},message:"must be <= 9007199254740991",schema:9007199254740991,parentSchema:schema41.properties.shard_size,data:data6}];
return false;
}
else {
if(data6 < 1 || isNaN(data6)){
validate21.errors = [{instancePath:instancePath+"/shard_size",schemaPath:"#/properties/shard_size/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema41.properties.shard_size,data:data6}];
return false;
}
}
}
}
var valid6 = _errs24 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data.ignore_paths !== undefined){
let data7 = data.ignore_paths;
const _errs27 = errors;
if(errors === _errs27){
if(Array.isArray(data7)){
var valid8 = true;
const len0 = data7.length;
for(let i0=0; i0<len0; i0++){
let data8 = data7[i0];
const _errs30 = errors;
if(typeof data8 !== "string"){
validate21.errors = [{instancePath:instancePath+"/ignore_paths/" + i0,schemaPath:"#/$defs/ignorePath/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema43.type,parentSchema:schema43,data:data8}];
return false;
}
const _errs34 = errors;
const _errs35 = errors;
if(typeof data8 === "string"){
if(!pattern13.test(data8)){
const err6 = {};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
var valid10 = _errs35 === errors;
if(valid10){
validate21.errors = [{instancePath:instancePath+"/ignore_paths/" + i0,schemaPath:"#/$defs/ignorePath/not",keyword:"not",params:{},message:"must NOT be valid",schema:schema43.not,parentSchema:schema43,data:data8}];
return false;
}
else {
errors = _errs34;
if(vErrors !== null){
if(_errs34){
vErrors.length = _errs34;
}
else {
vErrors = null;
}
}
}
var valid8 = _errs30 === errors;
if(!valid8){
break;
}
}
}
else {
validate21.errors = [{instancePath:instancePath+"/ignore_paths",schemaPath:"#/properties/ignore_paths/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema41.properties.ignore_paths.type,parentSchema:schema41.properties.ignore_paths,data:data7}];
return false;
}
}
var valid6 = _errs27 === errors;
}
else {
var valid6 = true;
}
}
}
}
}
}
}
else {
validate21.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema41.type,parentSchema:schema41,data}];
return false;
}
}
validate21.errors = vErrors;
evaluated0.props = props0;
return errors === 0;
}
validate21.evaluated = {"dynamicProps":true,"dynamicItems":false};

const schema44 = {"$comment":"OMS-RES-2","title":"ResourceDescriptor","description":"a descriptor with name, digest and algorithm","type":"object","required":["name","digest","algorithm"],"properties":{"name":{"$ref":"#/$defs/resourceName"},"digest":{"$comment":"OMS-RES-4","description":"a digest: lowercase hexadecimal digits, as many as the algorithm gives","type":"string"},"algorithm":{"$comment":"OMS-RES-2: which algorithm is OMS-RES-6","description":"the name of the digest's algorithm","type":"string"}}};
const schema45 = {"$comment":"OMS-NAME-6: the single name \".\" is historical, and when it is fine is a semantic rule (OMS-NAME-10)","description":"a canonical name: relative, components separated by one \"/\", none of them empty, \".\" or \"..\", and no NUL","type":"string","anyOf":[{"$ref":"#/$defs/canonicalName"},{"const":"."}]};
const schema46 = {"$comment":"OMS-NAME-6","description":"a canonical name: relative, components separated by one \"/\", none of them empty, \".\" or \"..\", and no NUL","type":"string","not":{"pattern":"(?:^|/)\\.{0,2}(?:/|$)|\\u0000"}};
const pattern14 = new RegExp("(?:^|/)\\.{0,2}(?:/|$)|\\u0000", "u");

function validate24(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate24.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data !== "string"){
validate24.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema45.type,parentSchema:schema45,data}];
return false;
}
const _errs2 = errors;
let valid0 = false;
const _errs3 = errors;
if(typeof data !== "string"){
const err0 = {instancePath,schemaPath:"#/$defs/canonicalName/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema46.type,parentSchema:schema46,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
const _errs7 = errors;
const _errs8 = errors;
if(typeof data === "string"){
if(!pattern14.test(data)){
const err1 = {};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var valid2 = _errs8 === errors;
if(valid2){
const err2 = {instancePath,schemaPath:"#/$defs/canonicalName/not",keyword:"not",params:{},message:"must NOT be valid",schema:schema46.not,parentSchema:schema46,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
else {
errors = _errs7;
if(vErrors !== null){
if(_errs7){
vErrors.length = _errs7;
}
else {
vErrors = null;
}
}
}
var _valid0 = _errs3 === errors;
valid0 = valid0 || _valid0;
const _errs9 = errors;
if("." !== data){
const err3 = {instancePath,schemaPath:"#/anyOf/1/const",keyword:"const",params:{allowedValue: "."},message:"must be equal to constant",schema:".",parentSchema:schema45.anyOf[1],data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
var _valid0 = _errs9 === errors;
valid0 = valid0 || _valid0;
if(!valid0){
const err4 = {instancePath,schemaPath:"#/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema45.anyOf,parentSchema:schema45,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
validate24.errors = vErrors;
return false;
}
else {
errors = _errs2;
if(vErrors !== null){
if(_errs2){
vErrors.length = _errs2;
}
else {
vErrors = null;
}
}
}
validate24.errors = vErrors;
return errors === 0;
}
validate24.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate23(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate23.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.name === undefined) && (missing0 = "name")) || ((data.digest === undefined) && (missing0 = "digest"))) || ((data.algorithm === undefined) && (missing0 = "algorithm"))){
validate23.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema44.required,parentSchema:schema44,data}];
return false;
}
else {
if(data.name !== undefined){
const _errs2 = errors;
if(!(validate24(data.name, {instancePath:instancePath+"/name",parentData:data,parentDataProperty:"name",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.digest !== undefined){
let data1 = data.digest;
const _errs3 = errors;
if(typeof data1 !== "string"){
validate23.errors = [{instancePath:instancePath+"/digest",schemaPath:"#/properties/digest/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema44.properties.digest.type,parentSchema:schema44.properties.digest,data:data1}];
return false;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.algorithm !== undefined){
let data2 = data.algorithm;
const _errs6 = errors;
if(typeof data2 !== "string"){
validate23.errors = [{instancePath:instancePath+"/algorithm",schemaPath:"#/properties/algorithm/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema44.properties.algorithm.type,parentSchema:schema44.properties.algorithm,data:data2}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
else {
validate23.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema44.type,parentSchema:schema44,data}];
return false;
}
}
validate23.errors = vErrors;
return errors === 0;
}
validate23.evaluated = {"props":{"name":true,"digest":true,"algorithm":true},"dynamicProps":false,"dynamicItems":false};


function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://model-signing.example/spec/v1.0/predicate.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate20.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
const _errs2 = errors;
const _errs3 = errors;
let valid1 = true;
const _errs4 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.serialization === undefined) && (missing0 = "serialization")){
const err0 = {};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
else {
if(data.serialization !== undefined){
let data0 = data.serialization;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing1;
if((data0.hash_type === undefined) && (missing1 = "hash_type")){
const err1 = {};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
else {
if(data0.hash_type !== undefined){
if("sha256" !== data0.hash_type){
const err2 = {};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
}
}
}
}
}
var _valid0 = _errs4 === errors;
errors = _errs3;
if(vErrors !== null){
if(_errs3){
vErrors.length = _errs3;
}
else {
vErrors = null;
}
}
if(_valid0){
const _errs8 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.resources !== undefined){
let data2 = data.resources;
if(Array.isArray(data2)){
var valid6 = true;
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
const _errs10 = errors;
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
if(data3.algorithm !== undefined){
let data4 = data3.algorithm;
const _errs11 = errors;
if(errors === _errs11){
if(typeof data4 === "string"){
if(!pattern4.test(data4)){
validate20.errors = [{instancePath:instancePath+"/resources/" + i0+"/algorithm",schemaPath:"#/allOf/0/then/properties/resources/items/properties/algorithm/pattern",keyword:"pattern",params:{pattern: "^sha256(?:-sharded-[1-9][0-9]{0,15})?$"},message:"must match pattern \""+"^sha256(?:-sharded-[1-9][0-9]{0,15})?$"+"\"",schema:"^sha256(?:-sharded-[1-9][0-9]{0,15})?$",parentSchema:schema31.allOf[0].then.properties.resources.items.properties.algorithm,data:data4}];
return false;
}
}
}
var valid7 = _errs11 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data3.digest !== undefined){
let data5 = data3.digest;
const _errs13 = errors;
const _errs14 = errors;
if(errors === _errs14){
if(typeof data5 === "string"){
if(!pattern5.test(data5)){
validate20.errors = [{instancePath:instancePath+"/resources/" + i0+"/digest",schemaPath:"#/$defs/hex256/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{64}$"},message:"must match pattern \""+"^[0-9a-f]{64}$"+"\"",schema:"^[0-9a-f]{64}$",parentSchema:schema33,data:data5}];
return false;
}
}
}
var valid7 = _errs13 === errors;
}
else {
var valid7 = true;
}
}
}
var valid6 = _errs10 === errors;
if(!valid6){
break;
}
}
}
}
}
var _valid0 = _errs8 === errors;
valid1 = _valid0;
if(valid1){
var props0 = {};
props0.resources = true;
props0.serialization = true;
}
}
if(!valid1){
const err3 = {instancePath,schemaPath:"#/allOf/0/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema",schema:schema31.allOf[0].if,parentSchema:schema31.allOf[0],data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
validate20.errors = vErrors;
return false;
}
var valid0 = _errs2 === errors;
if(valid0){
const _errs16 = errors;
const _errs17 = errors;
let valid9 = true;
const _errs18 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing2;
if((data.serialization === undefined) && (missing2 = "serialization")){
const err4 = {};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
else {
if(data.serialization !== undefined){
let data6 = data.serialization;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing3;
if((data6.hash_type === undefined) && (missing3 = "hash_type")){
const err5 = {};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
else {
if(data6.hash_type !== undefined){
if("blake2b" !== data6.hash_type){
const err6 = {};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
}
}
}
}
}
var _valid1 = _errs18 === errors;
errors = _errs17;
if(vErrors !== null){
if(_errs17){
vErrors.length = _errs17;
}
else {
vErrors = null;
}
}
if(_valid1){
const _errs22 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.resources !== undefined){
let data8 = data.resources;
if(Array.isArray(data8)){
var valid14 = true;
const len1 = data8.length;
for(let i1=0; i1<len1; i1++){
let data9 = data8[i1];
const _errs24 = errors;
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
if(data9.algorithm !== undefined){
let data10 = data9.algorithm;
const _errs25 = errors;
if(errors === _errs25){
if(typeof data10 === "string"){
if(!pattern6.test(data10)){
validate20.errors = [{instancePath:instancePath+"/resources/" + i1+"/algorithm",schemaPath:"#/allOf/1/then/properties/resources/items/properties/algorithm/pattern",keyword:"pattern",params:{pattern: "^blake2b(?:-sharded-[1-9][0-9]{0,15})?$"},message:"must match pattern \""+"^blake2b(?:-sharded-[1-9][0-9]{0,15})?$"+"\"",schema:"^blake2b(?:-sharded-[1-9][0-9]{0,15})?$",parentSchema:schema31.allOf[1].then.properties.resources.items.properties.algorithm,data:data10}];
return false;
}
}
}
var valid15 = _errs25 === errors;
}
else {
var valid15 = true;
}
if(valid15){
if(data9.digest !== undefined){
let data11 = data9.digest;
const _errs27 = errors;
const _errs28 = errors;
if(errors === _errs28){
if(typeof data11 === "string"){
if(!pattern7.test(data11)){
validate20.errors = [{instancePath:instancePath+"/resources/" + i1+"/digest",schemaPath:"#/$defs/hex512/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{128}$"},message:"must match pattern \""+"^[0-9a-f]{128}$"+"\"",schema:"^[0-9a-f]{128}$",parentSchema:schema35,data:data11}];
return false;
}
}
}
var valid15 = _errs27 === errors;
}
else {
var valid15 = true;
}
}
}
var valid14 = _errs24 === errors;
if(!valid14){
break;
}
}
}
}
}
var _valid1 = _errs22 === errors;
valid9 = _valid1;
if(valid9){
var props1 = {};
props1.resources = true;
props1.serialization = true;
}
}
if(!valid9){
const err7 = {instancePath,schemaPath:"#/allOf/1/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema",schema:schema31.allOf[1].if,parentSchema:schema31.allOf[1],data};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
validate20.errors = vErrors;
return false;
}
var valid0 = _errs16 === errors;
if(valid0){
if(props0 !== true && props1 !== undefined){
if(props1 === true){
props0 = true;
}
else {
props0 = props0 || {};
Object.assign(props0, props1);
}
}
const _errs30 = errors;
const _errs31 = errors;
let valid17 = true;
const _errs32 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing4;
if((data.serialization === undefined) && (missing4 = "serialization")){
const err8 = {};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
else {
if(data.serialization !== undefined){
let data12 = data.serialization;
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
let missing5;
if((data12.hash_type === undefined) && (missing5 = "hash_type")){
const err9 = {};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
else {
if(data12.hash_type !== undefined){
if("blake3" !== data12.hash_type){
const err10 = {};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
}
}
}
}
}
var _valid2 = _errs32 === errors;
errors = _errs31;
if(vErrors !== null){
if(_errs31){
vErrors.length = _errs31;
}
else {
vErrors = null;
}
}
if(_valid2){
const _errs36 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.resources !== undefined){
let data14 = data.resources;
if(Array.isArray(data14)){
var valid22 = true;
const len2 = data14.length;
for(let i2=0; i2<len2; i2++){
let data15 = data14[i2];
const _errs38 = errors;
if(data15 && typeof data15 == "object" && !Array.isArray(data15)){
if(data15.algorithm !== undefined){
let data16 = data15.algorithm;
const _errs39 = errors;
if(errors === _errs39){
if(typeof data16 === "string"){
if(!pattern8.test(data16)){
validate20.errors = [{instancePath:instancePath+"/resources/" + i2+"/algorithm",schemaPath:"#/allOf/2/then/properties/resources/items/properties/algorithm/pattern",keyword:"pattern",params:{pattern: "^blake3(?:-sharded-[1-9][0-9]{0,15})?$"},message:"must match pattern \""+"^blake3(?:-sharded-[1-9][0-9]{0,15})?$"+"\"",schema:"^blake3(?:-sharded-[1-9][0-9]{0,15})?$",parentSchema:schema31.allOf[2].then.properties.resources.items.properties.algorithm,data:data16}];
return false;
}
}
}
var valid23 = _errs39 === errors;
}
else {
var valid23 = true;
}
if(valid23){
if(data15.digest !== undefined){
let data17 = data15.digest;
const _errs41 = errors;
const _errs42 = errors;
if(errors === _errs42){
if(typeof data17 === "string"){
if(!pattern5.test(data17)){
validate20.errors = [{instancePath:instancePath+"/resources/" + i2+"/digest",schemaPath:"#/$defs/hex256/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{64}$"},message:"must match pattern \""+"^[0-9a-f]{64}$"+"\"",schema:"^[0-9a-f]{64}$",parentSchema:schema33,data:data17}];
return false;
}
}
}
var valid23 = _errs41 === errors;
}
else {
var valid23 = true;
}
}
}
var valid22 = _errs38 === errors;
if(!valid22){
break;
}
}
}
}
}
var _valid2 = _errs36 === errors;
valid17 = _valid2;
if(valid17){
var props2 = {};
props2.resources = true;
props2.serialization = true;
}
}
if(!valid17){
const err11 = {instancePath,schemaPath:"#/allOf/2/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema",schema:schema31.allOf[2].if,parentSchema:schema31.allOf[2],data};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
validate20.errors = vErrors;
return false;
}
var valid0 = _errs30 === errors;
if(valid0){
if(props0 !== true && props2 !== undefined){
if(props2 === true){
props0 = true;
}
else {
props0 = props0 || {};
Object.assign(props0, props2);
}
}
const _errs44 = errors;
const _errs45 = errors;
let valid25 = true;
const _errs46 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing6;
if((data.serialization === undefined) && (missing6 = "serialization")){
const err12 = {};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
else {
if(data.serialization !== undefined){
let data18 = data.serialization;
if(data18 && typeof data18 == "object" && !Array.isArray(data18)){
let missing7;
if((data18.method === undefined) && (missing7 = "method")){
const err13 = {};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
else {
if(data18.method !== undefined){
if("shards" !== data18.method){
const err14 = {};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
}
}
}
}
}
var _valid3 = _errs46 === errors;
errors = _errs45;
if(vErrors !== null){
if(_errs45){
vErrors.length = _errs45;
}
else {
vErrors = null;
}
}
let ifClause0;
if(_valid3){
const _errs50 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.resources !== undefined){
let data20 = data.resources;
if(Array.isArray(data20)){
var valid30 = true;
const len3 = data20.length;
for(let i3=0; i3<len3; i3++){
let data21 = data20[i3];
const _errs52 = errors;
if(data21 && typeof data21 == "object" && !Array.isArray(data21)){
if(data21.name !== undefined){
let data22 = data21.name;
const _errs54 = errors;
const _errs58 = errors;
const _errs59 = errors;
if(typeof data22 === "string"){
if(!pattern10.test(data22)){
const err15 = {};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
var valid34 = _errs59 === errors;
if(valid34){
validate20.errors = [{instancePath:instancePath+"/resources/" + i3+"/name",schemaPath:"#/$defs/shardName/allOf/0/not",keyword:"not",params:{},message:"must NOT be valid",schema:schema39.allOf[0].not,parentSchema:schema39.allOf[0],data:data22}];
return false;
}
else {
errors = _errs58;
if(vErrors !== null){
if(_errs58){
vErrors.length = _errs58;
}
else {
vErrors = null;
}
}
}
if(errors === _errs54){
if(typeof data22 === "string"){
if(!pattern11.test(data22)){
validate20.errors = [{instancePath:instancePath+"/resources/" + i3+"/name",schemaPath:"#/$defs/shardName/pattern",keyword:"pattern",params:{pattern: "[^/]:(?:0|[1-9][0-9]*):[1-9][0-9]*$"},message:"must match pattern \""+"[^/]:(?:0|[1-9][0-9]*):[1-9][0-9]*$"+"\"",schema:"[^/]:(?:0|[1-9][0-9]*):[1-9][0-9]*$",parentSchema:schema39,data:data22}];
return false;
}
}
}
}
}
var valid30 = _errs52 === errors;
if(!valid30){
break;
}
}
}
}
}
var _valid3 = _errs50 === errors;
valid25 = _valid3;
if(valid25){
var props3 = {};
props3.resources = true;
props3.serialization = true;
}
ifClause0 = "then";
}
else {
const _errs60 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.resources !== undefined){
let data23 = data.resources;
if(Array.isArray(data23)){
var valid36 = true;
const len4 = data23.length;
for(let i4=0; i4<len4; i4++){
let data24 = data23[i4];
const _errs62 = errors;
if(data24 && typeof data24 == "object" && !Array.isArray(data24)){
if(data24.algorithm !== undefined){
let data25 = data24.algorithm;
const _errs66 = errors;
const _errs67 = errors;
if(typeof data25 === "string"){
if(!pattern12.test(data25)){
const err16 = {};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
var valid39 = _errs67 === errors;
if(valid39){
validate20.errors = [{instancePath:instancePath+"/resources/" + i4+"/algorithm",schemaPath:"#/$defs/plainAlgorithm/not",keyword:"not",params:{},message:"must NOT be valid",schema:schema40.not,parentSchema:schema40,data:data25}];
return false;
}
else {
errors = _errs66;
if(vErrors !== null){
if(_errs66){
vErrors.length = _errs66;
}
else {
vErrors = null;
}
}
}
}
}
var valid36 = _errs62 === errors;
if(!valid36){
break;
}
}
}
}
}
var _valid3 = _errs60 === errors;
valid25 = _valid3;
if(valid25){
if(props3 !== true){
props3 = props3 || {};
props3.resources = true;
}
}
ifClause0 = "else";
}
if(!valid25){
const err17 = {instancePath,schemaPath:"#/allOf/3/if",keyword:"if",params:{failingKeyword: ifClause0},message:"must match \""+ifClause0+"\" schema",schema:schema31.allOf[3].if,parentSchema:schema31.allOf[3],data};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
validate20.errors = vErrors;
return false;
}
var valid0 = _errs44 === errors;
if(valid0){
if(props0 !== true && props3 !== undefined){
if(props3 === true){
props0 = true;
}
else {
props0 = props0 || {};
Object.assign(props0, props3);
}
}
}
}
}
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing8;
if(((data.serialization === undefined) && (missing8 = "serialization")) || ((data.resources === undefined) && (missing8 = "resources"))){
validate20.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing8},message:"must have required property '"+missing8+"'",schema:schema31.required,parentSchema:schema31,data}];
return false;
}
else {
if(props0 !== true){
props0 = props0 || {};
props0.serialization = true;
props0.resources = true;
}
if(data.serialization !== undefined){
const _errs68 = errors;
if(!(validate21(data.serialization, {instancePath:instancePath+"/serialization",parentData:data,parentDataProperty:"serialization",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate21.errors : vErrors.concat(validate21.errors);
errors = vErrors.length;
}
var valid40 = _errs68 === errors;
}
else {
var valid40 = true;
}
if(valid40){
if(data.resources !== undefined){
let data27 = data.resources;
const _errs69 = errors;
if(errors === _errs69){
if(Array.isArray(data27)){
if(data27.length < 1){
validate20.errors = [{instancePath:instancePath+"/resources",schemaPath:"#/properties/resources/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema31.properties.resources,data:data27}];
return false;
}
else {
var valid41 = true;
const len5 = data27.length;
for(let i5=0; i5<len5; i5++){
const _errs72 = errors;
if(!(validate23(data27[i5], {instancePath:instancePath+"/resources/" + i5,parentData:data27,parentDataProperty:i5,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
var valid41 = _errs72 === errors;
if(!valid41){
break;
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/resources",schemaPath:"#/properties/resources/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema31.properties.resources.type,parentSchema:schema31.properties.resources,data:data27}];
return false;
}
}
var valid40 = _errs69 === errors;
}
else {
var valid40 = true;
}
}
}
}
else {
validate20.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.type,parentSchema:schema31,data}];
return false;
}
}
validate20.errors = vErrors;
evaluated0.props = props0;
return errors === 0;
}
validate20.evaluated = {"dynamicProps":true,"dynamicItems":false};

export const predicateProduced = validate27;
const schema47 = {"$comment":"OMS-BUNDLE-8","allOf":[{"$ref":"#"},{"$comment":"OMS-BUNDLE-8","type":"object","properties":{"serialization":{"$comment":"OMS-BUNDLE-8","type":"object","properties":{"method":true,"hash_type":true,"allow_symlinks":true,"shard_size":true,"ignore_paths":true},"additionalProperties":false},"resources":{"$comment":"OMS-RES-7","type":"array","items":{"$comment":"OMS-BUNDLE-8","type":"object","properties":{"name":{"$comment":"OMS-NAME-4","description":"the file's basename as the name of a single-file model","not":{"const":"."}},"digest":true,"algorithm":{"$ref":"#/$defs/plainAlgorithm"}},"additionalProperties":false}}},"additionalProperties":false,"if":{"$ref":"#/$defs/sharded"},"then":{"properties":{"resources":{"items":{"properties":{"name":{"$comment":"OMS-NAME-4","description":"the file's basename in the shards of a single-file model","not":{"pattern":"^\\.:[0-9]+:[0-9]+$"}}}}}}}}]};
const root0 = {validate: validate20};
const pattern15 = new RegExp("^\\.:[0-9]+:[0-9]+$", "u");

function validate27(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate27.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
const _errs1 = errors;
if(!(root0.validate(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? root0.validate.errors : vErrors.concat(root0.validate.errors);
errors = vErrors.length;
}
else {
var props0 = root0.validate.evaluated.props;
}
var valid0 = _errs1 === errors;
if(valid0){
const _errs2 = errors;
const _errs5 = errors;
let valid1 = true;
const _errs6 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.serialization === undefined) && (missing0 = "serialization")){
const err0 = {};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
else {
if(data.serialization !== undefined){
let data0 = data.serialization;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing1;
if((data0.method === undefined) && (missing1 = "method")){
const err1 = {};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
else {
if(data0.method !== undefined){
if("shards" !== data0.method){
const err2 = {};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
}
}
}
}
}
var _valid0 = _errs6 === errors;
errors = _errs5;
if(vErrors !== null){
if(_errs5){
vErrors.length = _errs5;
}
else {
vErrors = null;
}
}
if(_valid0){
const _errs10 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.resources !== undefined){
let data2 = data.resources;
if(Array.isArray(data2)){
var valid6 = true;
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
const _errs12 = errors;
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
if(data3.name !== undefined){
let data4 = data3.name;
const _errs15 = errors;
const _errs16 = errors;
if(typeof data4 === "string"){
if(!pattern15.test(data4)){
const err3 = {};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
var valid8 = _errs16 === errors;
if(valid8){
validate27.errors = [{instancePath:instancePath+"/resources/" + i0+"/name",schemaPath:"#/allOf/1/then/properties/resources/items/properties/name/not",keyword:"not",params:{},message:"must NOT be valid",schema:schema47.allOf[1].then.properties.resources.items.properties.name.not,parentSchema:schema47.allOf[1].then.properties.resources.items.properties.name,data:data4}];
return false;
}
else {
errors = _errs15;
if(vErrors !== null){
if(_errs15){
vErrors.length = _errs15;
}
else {
vErrors = null;
}
}
}
}
}
var valid6 = _errs12 === errors;
if(!valid6){
break;
}
}
}
}
}
var _valid0 = _errs10 === errors;
valid1 = _valid0;
if(valid1){
var props1 = {};
props1.resources = true;
props1.serialization = true;
}
}
if(!valid1){
const err4 = {instancePath,schemaPath:"#/allOf/1/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema",schema:schema47.allOf[1].if,parentSchema:schema47.allOf[1],data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
validate27.errors = vErrors;
return false;
}
if(errors === _errs2){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs17 = errors;
for(const key0 in data){
if(!((key0 === "serialization") || (key0 === "resources"))){
validate27.errors = [{instancePath,schemaPath:"#/allOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema47.allOf[1],data}];
return false;
break;
}
}
if(_errs17 === errors){
if(data.serialization !== undefined){
let data5 = data.serialization;
const _errs18 = errors;
if(errors === _errs18){
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
for(const key1 in data5){
if(!(((((key1 === "method") || (key1 === "hash_type")) || (key1 === "allow_symlinks")) || (key1 === "shard_size")) || (key1 === "ignore_paths"))){
validate27.errors = [{instancePath:instancePath+"/serialization",schemaPath:"#/allOf/1/properties/serialization/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema47.allOf[1].properties.serialization,data:data5}];
return false;
break;
}
}
}
else {
validate27.errors = [{instancePath:instancePath+"/serialization",schemaPath:"#/allOf/1/properties/serialization/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema47.allOf[1].properties.serialization.type,parentSchema:schema47.allOf[1].properties.serialization,data:data5}];
return false;
}
}
var valid9 = _errs18 === errors;
}
else {
var valid9 = true;
}
if(valid9){
if(data.resources !== undefined){
let data6 = data.resources;
const _errs22 = errors;
if(errors === _errs22){
if(Array.isArray(data6)){
var valid10 = true;
const len1 = data6.length;
for(let i1=0; i1<len1; i1++){
let data7 = data6[i1];
const _errs25 = errors;
if(errors === _errs25){
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
const _errs28 = errors;
for(const key2 in data7){
if(!(((key2 === "name") || (key2 === "digest")) || (key2 === "algorithm"))){
validate27.errors = [{instancePath:instancePath+"/resources/" + i1,schemaPath:"#/allOf/1/properties/resources/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema47.allOf[1].properties.resources.items,data:data7}];
return false;
break;
}
}
if(_errs28 === errors){
if(data7.name !== undefined){
let data8 = data7.name;
const _errs29 = errors;
const _errs31 = errors;
const _errs32 = errors;
if("." !== data8){
const err5 = {};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
var valid12 = _errs32 === errors;
if(valid12){
validate27.errors = [{instancePath:instancePath+"/resources/" + i1+"/name",schemaPath:"#/allOf/1/properties/resources/items/properties/name/not",keyword:"not",params:{},message:"must NOT be valid",schema:schema47.allOf[1].properties.resources.items.properties.name.not,parentSchema:schema47.allOf[1].properties.resources.items.properties.name,data:data8}];
return false;
}
else {
errors = _errs31;
if(vErrors !== null){
if(_errs31){
vErrors.length = _errs31;
}
else {
vErrors = null;
}
}
}
var valid11 = _errs29 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data7.algorithm !== undefined){
let data9 = data7.algorithm;
const _errs33 = errors;
const _errs36 = errors;
const _errs37 = errors;
if(typeof data9 === "string"){
if(!pattern12.test(data9)){
const err6 = {};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
var valid14 = _errs37 === errors;
if(valid14){
validate27.errors = [{instancePath:instancePath+"/resources/" + i1+"/algorithm",schemaPath:"#/$defs/plainAlgorithm/not",keyword:"not",params:{},message:"must NOT be valid",schema:schema40.not,parentSchema:schema40,data:data9}];
return false;
}
else {
errors = _errs36;
if(vErrors !== null){
if(_errs36){
vErrors.length = _errs36;
}
else {
vErrors = null;
}
}
}
var valid11 = _errs33 === errors;
}
else {
var valid11 = true;
}
}
}
}
else {
validate27.errors = [{instancePath:instancePath+"/resources/" + i1,schemaPath:"#/allOf/1/properties/resources/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema47.allOf[1].properties.resources.items.type,parentSchema:schema47.allOf[1].properties.resources.items,data:data7}];
return false;
}
}
var valid10 = _errs25 === errors;
if(!valid10){
break;
}
}
}
else {
validate27.errors = [{instancePath:instancePath+"/resources",schemaPath:"#/allOf/1/properties/resources/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema47.allOf[1].properties.resources.type,parentSchema:schema47.allOf[1].properties.resources,data:data6}];
return false;
}
}
var valid9 = _errs22 === errors;
}
else {
var valid9 = true;
}
}
}
}
else {
validate27.errors = [{instancePath,schemaPath:"#/allOf/1/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema47.allOf[1].type,parentSchema:schema47.allOf[1],data}];
return false;
}
}
var valid0 = _errs2 === errors;
if(valid0){
if(props0 !== true){
props0 = true;
}
}
}
validate27.errors = vErrors;
evaluated0.props = props0;
return errors === 0;
}
validate27.evaluated = {"dynamicProps":true,"dynamicItems":false};

export const statement = validate28;
const schema50 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://model-signing.example/spec/v1.0/statement.schema.json","$comment":"OMS-STMT-6","title":"Statement","description":"an in-toto statement: the model's name and root digest, and the predicate","type":"object","required":["_type","predicateType","subject","predicate"],"properties":{"_type":{"$comment":"OMS-STMT-2","description":"the type of an in-toto statement, version 1","const":"https://in-toto.io/Statement/v1"},"predicateType":{"$comment":"OMS-STMT-4","description":"the predicate type of this version, and of no other","const":"https://model_signing/signature/v1.0"},"subject":{"$comment":"OMS-SUBJECT-2","description":"an array of exactly one subject","type":"array","minItems":1,"maxItems":1,"items":{"$ref":"#/$defs/subject"}},"predicate":{"$ref":"predicate.schema.json"}}};
const schema51 = {"$comment":"OMS-STMT-6","title":"Subject","description":"a subject: the name a model goes by and its root digest","type":"object","required":["name","digest"],"properties":{"name":{"$comment":"OMS-SUBJECT-4","description":"a string that is not empty","type":"string","minLength":1},"digest":{"$ref":"#/$defs/rootDigest"}}};
const schema52 = {"$comment":"OMS-ROOT-3","title":"RootDigest","description":"an object that holds the root digest under \"sha256\"","type":"object","required":["sha256"],"properties":{"sha256":{"$comment":"OMS-ROOT-3","description":"a root digest: 64 lowercase hexadecimal digits","type":"string","pattern":"^[0-9a-f]{64}$"}}};
const func1 = (text) => { let length = 0; for (const _ of text) length += 1; return length; };

function validate29(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate29.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.name === undefined) && (missing0 = "name")) || ((data.digest === undefined) && (missing0 = "digest"))){
validate29.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema51.required,parentSchema:schema51,data}];
return false;
}
else {
if(data.name !== undefined){
let data0 = data.name;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(func1(data0) < 1){
validate29.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema51.properties.name,data:data0}];
return false;
}
}
else {
validate29.errors = [{instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema51.properties.name.type,parentSchema:schema51.properties.name,data:data0}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.digest !== undefined){
let data1 = data.digest;
const _errs5 = errors;
const _errs6 = errors;
if(errors === _errs6){
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
let missing1;
if((data1.sha256 === undefined) && (missing1 = "sha256")){
validate29.errors = [{instancePath:instancePath+"/digest",schemaPath:"#/$defs/rootDigest/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema52.required,parentSchema:schema52,data:data1}];
return false;
}
else {
if(data1.sha256 !== undefined){
let data2 = data1.sha256;
const _errs9 = errors;
if(errors === _errs9){
if(typeof data2 === "string"){
if(!pattern5.test(data2)){
validate29.errors = [{instancePath:instancePath+"/digest/sha256",schemaPath:"#/$defs/rootDigest/properties/sha256/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{64}$"},message:"must match pattern \""+"^[0-9a-f]{64}$"+"\"",schema:"^[0-9a-f]{64}$",parentSchema:schema52.properties.sha256,data:data2}];
return false;
}
}
else {
validate29.errors = [{instancePath:instancePath+"/digest/sha256",schemaPath:"#/$defs/rootDigest/properties/sha256/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema52.properties.sha256.type,parentSchema:schema52.properties.sha256,data:data2}];
return false;
}
}
}
}
}
else {
validate29.errors = [{instancePath:instancePath+"/digest",schemaPath:"#/$defs/rootDigest/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema52.type,parentSchema:schema52,data:data1}];
return false;
}
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
}
}
}
else {
validate29.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema51.type,parentSchema:schema51,data}];
return false;
}
}
validate29.errors = vErrors;
return errors === 0;
}
validate29.evaluated = {"props":{"name":true,"digest":true},"dynamicProps":false,"dynamicItems":false};


function validate28(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://model-signing.example/spec/v1.0/statement.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate28.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((data._type === undefined) && (missing0 = "_type")) || ((data.predicateType === undefined) && (missing0 = "predicateType"))) || ((data.subject === undefined) && (missing0 = "subject"))) || ((data.predicate === undefined) && (missing0 = "predicate"))){
validate28.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema50.required,parentSchema:schema50,data}];
return false;
}
else {
if(data._type !== undefined){
let data0 = data._type;
const _errs2 = errors;
if("https://in-toto.io/Statement/v1" !== data0){
validate28.errors = [{instancePath:instancePath+"/_type",schemaPath:"#/properties/_type/const",keyword:"const",params:{allowedValue: "https://in-toto.io/Statement/v1"},message:"must be equal to constant",schema:"https://in-toto.io/Statement/v1",parentSchema:schema50.properties._type,data:data0}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.predicateType !== undefined){
let data1 = data.predicateType;
const _errs4 = errors;
if("https://model_signing/signature/v1.0" !== data1){
validate28.errors = [{instancePath:instancePath+"/predicateType",schemaPath:"#/properties/predicateType/const",keyword:"const",params:{allowedValue: "https://model_signing/signature/v1.0"},message:"must be equal to constant",schema:"https://model_signing/signature/v1.0",parentSchema:schema50.properties.predicateType,data:data1}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.subject !== undefined){
let data2 = data.subject;
const _errs6 = errors;
if(errors === _errs6){
if(Array.isArray(data2)){
if(data2.length > 1){
validate28.errors = [{instancePath:instancePath+"/subject",schemaPath:"#/properties/subject/maxItems",keyword:"maxItems",params:{limit: 1},message:"must NOT have more than 1 items",schema:1,parentSchema:schema50.properties.subject,data:data2}];
return false;
}
else {
if(data2.length < 1){
validate28.errors = [{instancePath:instancePath+"/subject",schemaPath:"#/properties/subject/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema50.properties.subject,data:data2}];
return false;
}
else {
var valid1 = true;
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
const _errs9 = errors;
if(!(validate29(data2[i0], {instancePath:instancePath+"/subject/" + i0,parentData:data2,parentDataProperty:i0,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate29.errors : vErrors.concat(validate29.errors);
errors = vErrors.length;
}
var valid1 = _errs9 === errors;
if(!valid1){
break;
}
}
}
}
}
else {
validate28.errors = [{instancePath:instancePath+"/subject",schemaPath:"#/properties/subject/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema50.properties.subject.type,parentSchema:schema50.properties.subject,data:data2}];
return false;
}
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.predicate !== undefined){
const _errs10 = errors;
if(!(validate20(data.predicate, {instancePath:instancePath+"/predicate",parentData:data,parentDataProperty:"predicate",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate20.errors : vErrors.concat(validate20.errors);
errors = vErrors.length;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
else {
validate28.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema50.type,parentSchema:schema50,data}];
return false;
}
}
validate28.errors = vErrors;
return errors === 0;
}
validate28.evaluated = {"props":{"_type":true,"predicateType":true,"subject":true,"predicate":true},"dynamicProps":false,"dynamicItems":false};

export const statementProduced = validate32;
const schema53 = {"$comment":"OMS-BUNDLE-8","allOf":[{"$ref":"#"},{"$comment":"OMS-BUNDLE-8","type":"object","properties":{"_type":true,"predicateType":true,"subject":{"$comment":"OMS-SUBJECT-1","type":"array","items":{"$comment":"OMS-BUNDLE-8: the members that in-toto defines for a resource descriptor","type":"object","properties":{"name":true,"digest":true,"uri":true,"content":true,"downloadLocation":true,"mediaType":true,"annotations":true},"additionalProperties":false}},"predicate":{"$ref":"predicate.schema.json#/$defs/produced"}},"additionalProperties":false}]};
const root1 = {validate: validate28};

function validate32(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate32.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
const _errs1 = errors;
if(!(root1.validate(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? root1.validate.errors : vErrors.concat(root1.validate.errors);
errors = vErrors.length;
}
var valid0 = _errs1 === errors;
if(valid0){
const _errs2 = errors;
if(errors === _errs2){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs5 = errors;
for(const key0 in data){
if(!((((key0 === "_type") || (key0 === "predicateType")) || (key0 === "subject")) || (key0 === "predicate"))){
validate32.errors = [{instancePath,schemaPath:"#/allOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema53.allOf[1],data}];
return false;
break;
}
}
if(_errs5 === errors){
if(data.subject !== undefined){
let data0 = data.subject;
const _errs6 = errors;
if(errors === _errs6){
if(Array.isArray(data0)){
var valid2 = true;
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
let data1 = data0[i0];
const _errs9 = errors;
if(errors === _errs9){
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
for(const key1 in data1){
if(!(((((((key1 === "name") || (key1 === "digest")) || (key1 === "uri")) || (key1 === "content")) || (key1 === "downloadLocation")) || (key1 === "mediaType")) || (key1 === "annotations"))){
validate32.errors = [{instancePath:instancePath+"/subject/" + i0,schemaPath:"#/allOf/1/properties/subject/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema53.allOf[1].properties.subject.items,data:data1}];
return false;
break;
}
}
}
else {
validate32.errors = [{instancePath:instancePath+"/subject/" + i0,schemaPath:"#/allOf/1/properties/subject/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema53.allOf[1].properties.subject.items.type,parentSchema:schema53.allOf[1].properties.subject.items,data:data1}];
return false;
}
}
var valid2 = _errs9 === errors;
if(!valid2){
break;
}
}
}
else {
validate32.errors = [{instancePath:instancePath+"/subject",schemaPath:"#/allOf/1/properties/subject/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema53.allOf[1].properties.subject.type,parentSchema:schema53.allOf[1].properties.subject,data:data0}];
return false;
}
}
var valid1 = _errs6 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data.predicate !== undefined){
const _errs13 = errors;
if(!(validate27(data.predicate, {instancePath:instancePath+"/predicate",parentData:data,parentDataProperty:"predicate",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
var valid1 = _errs13 === errors;
}
else {
var valid1 = true;
}
}
}
}
else {
validate32.errors = [{instancePath,schemaPath:"#/allOf/1/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema53.allOf[1].type,parentSchema:schema53.allOf[1],data}];
return false;
}
}
var valid0 = _errs2 === errors;
}
validate32.errors = vErrors;
return errors === 0;
}
validate32.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const envelope = validate34;
const schema54 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://model-signing.example/spec/v1.0/envelope.schema.json","$comment":"OMS-BUNDLE-6","title":"Envelope","description":"a DSSE envelope: a payload and one signature over it","type":"object","required":["payload","payloadType","signatures"],"properties":{"payloadType":{"$comment":"OMS-DSSE-2","description":"the payload type of an in-toto statement","const":"application/vnd.in-toto+json"},"payload":{"$ref":"#/$defs/base64"},"signatures":{"$comment":"OMS-DSSE-5","description":"an array of exactly one signature","type":"array","minItems":1,"maxItems":1,"items":{"$ref":"#/$defs/signature"}}}};
const schema55 = {"$comment":"OMS-JSON-6: the alphabet and the place of the padding; whether the length is a multiple of four and the trailing bits are zero is left to the strict decoder, because a counted group overflows the stack of common regular expression engines on a payload of some megabytes","description":"standard Base64 with padding, not empty","type":"string","pattern":"^[A-Za-z0-9+/]+={0,2}$"};
const pattern18 = new RegExp("^[A-Za-z0-9+/]+={0,2}$", "u");
const schema56 = {"$comment":"OMS-BUNDLE-6","title":"Signature","description":"a signature with the member \"sig\"","type":"object","required":["sig"],"properties":{"sig":{"$ref":"#/$defs/base64"},"keyid":{"$comment":"OMS-DSSE-7","description":"a string or null; its value decides nothing","type":["string","null"]}}};

function validate35(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate35.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.sig === undefined) && (missing0 = "sig")){
validate35.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema56.required,parentSchema:schema56,data}];
return false;
}
else {
if(data.sig !== undefined){
let data0 = data.sig;
const _errs2 = errors;
const _errs3 = errors;
if(errors === _errs3){
if(typeof data0 === "string"){
if(!pattern18.test(data0)){
validate35.errors = [{instancePath:instancePath+"/sig",schemaPath:"#/$defs/base64/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9+/]+={0,2}$"},message:"must match pattern \""+"^[A-Za-z0-9+/]+={0,2}$"+"\"",schema:"^[A-Za-z0-9+/]+={0,2}$",parentSchema:schema55,data:data0}];
return false;
}
}
else {
validate35.errors = [{instancePath:instancePath+"/sig",schemaPath:"#/$defs/base64/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema55.type,parentSchema:schema55,data:data0}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.keyid !== undefined){
let data1 = data.keyid;
const _errs6 = errors;
if((typeof data1 !== "string") && (data1 !== null)){
validate35.errors = [{instancePath:instancePath+"/keyid",schemaPath:"#/properties/keyid/type",keyword:"type",params:{type: schema56.properties.keyid.type},message:"must be string,null",schema:schema56.properties.keyid.type,parentSchema:schema56.properties.keyid,data:data1}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
}
}
}
else {
validate35.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema56.type,parentSchema:schema56,data}];
return false;
}
}
validate35.errors = vErrors;
return errors === 0;
}
validate35.evaluated = {"props":{"sig":true,"keyid":true},"dynamicProps":false,"dynamicItems":false};


function validate34(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://model-signing.example/spec/v1.0/envelope.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate34.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.payload === undefined) && (missing0 = "payload")) || ((data.payloadType === undefined) && (missing0 = "payloadType"))) || ((data.signatures === undefined) && (missing0 = "signatures"))){
validate34.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema54.required,parentSchema:schema54,data}];
return false;
}
else {
if(data.payloadType !== undefined){
let data0 = data.payloadType;
const _errs2 = errors;
if("application/vnd.in-toto+json" !== data0){
validate34.errors = [{instancePath:instancePath+"/payloadType",schemaPath:"#/properties/payloadType/const",keyword:"const",params:{allowedValue: "application/vnd.in-toto+json"},message:"must be equal to constant",schema:"application/vnd.in-toto+json",parentSchema:schema54.properties.payloadType,data:data0}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.payload !== undefined){
let data1 = data.payload;
const _errs4 = errors;
const _errs5 = errors;
if(errors === _errs5){
if(typeof data1 === "string"){
if(!pattern18.test(data1)){
validate34.errors = [{instancePath:instancePath+"/payload",schemaPath:"#/$defs/base64/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9+/]+={0,2}$"},message:"must match pattern \""+"^[A-Za-z0-9+/]+={0,2}$"+"\"",schema:"^[A-Za-z0-9+/]+={0,2}$",parentSchema:schema55,data:data1}];
return false;
}
}
else {
validate34.errors = [{instancePath:instancePath+"/payload",schemaPath:"#/$defs/base64/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema55.type,parentSchema:schema55,data:data1}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.signatures !== undefined){
let data2 = data.signatures;
const _errs8 = errors;
if(errors === _errs8){
if(Array.isArray(data2)){
if(data2.length > 1){
validate34.errors = [{instancePath:instancePath+"/signatures",schemaPath:"#/properties/signatures/maxItems",keyword:"maxItems",params:{limit: 1},message:"must NOT have more than 1 items",schema:1,parentSchema:schema54.properties.signatures,data:data2}];
return false;
}
else {
if(data2.length < 1){
validate34.errors = [{instancePath:instancePath+"/signatures",schemaPath:"#/properties/signatures/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema54.properties.signatures,data:data2}];
return false;
}
else {
var valid2 = true;
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
const _errs11 = errors;
if(!(validate35(data2[i0], {instancePath:instancePath+"/signatures/" + i0,parentData:data2,parentDataProperty:i0,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
errors = vErrors.length;
}
var valid2 = _errs11 === errors;
if(!valid2){
break;
}
}
}
}
}
else {
validate34.errors = [{instancePath:instancePath+"/signatures",schemaPath:"#/properties/signatures/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema54.properties.signatures.type,parentSchema:schema54.properties.signatures,data:data2}];
return false;
}
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
else {
validate34.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema54.type,parentSchema:schema54,data}];
return false;
}
}
validate34.errors = vErrors;
return errors === 0;
}
validate34.evaluated = {"props":{"payloadType":true,"payload":true,"signatures":true},"dynamicProps":false,"dynamicItems":false};

export const envelopeProduced = validate37;
const schema58 = {"$comment":"OMS-BUNDLE-8","allOf":[{"$ref":"#"},{"$comment":"OMS-BUNDLE-8","type":"object","properties":{"payloadType":true,"payload":true,"signatures":{"$comment":"OMS-DSSE-4","type":"array","items":{"$comment":"OMS-DSSE-6","type":"object","required":["keyid"],"properties":{"sig":true,"keyid":{"$comment":"OMS-DSSE-6","description":"the empty string","const":""}},"additionalProperties":false}}},"additionalProperties":false}]};
const root2 = {validate: validate34};

function validate37(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate37.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
const _errs1 = errors;
if(!(root2.validate(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? root2.validate.errors : vErrors.concat(root2.validate.errors);
errors = vErrors.length;
}
var valid0 = _errs1 === errors;
if(valid0){
const _errs2 = errors;
if(errors === _errs2){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs5 = errors;
for(const key0 in data){
if(!(((key0 === "payloadType") || (key0 === "payload")) || (key0 === "signatures"))){
validate37.errors = [{instancePath,schemaPath:"#/allOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema58.allOf[1],data}];
return false;
break;
}
}
if(_errs5 === errors){
if(data.signatures !== undefined){
let data0 = data.signatures;
const _errs6 = errors;
if(errors === _errs6){
if(Array.isArray(data0)){
var valid2 = true;
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
let data1 = data0[i0];
const _errs9 = errors;
if(errors === _errs9){
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
let missing0;
if((data1.keyid === undefined) && (missing0 = "keyid")){
validate37.errors = [{instancePath:instancePath+"/signatures/" + i0,schemaPath:"#/allOf/1/properties/signatures/items/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema58.allOf[1].properties.signatures.items.required,parentSchema:schema58.allOf[1].properties.signatures.items,data:data1}];
return false;
}
else {
const _errs12 = errors;
for(const key1 in data1){
if(!((key1 === "sig") || (key1 === "keyid"))){
validate37.errors = [{instancePath:instancePath+"/signatures/" + i0,schemaPath:"#/allOf/1/properties/signatures/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema58.allOf[1].properties.signatures.items,data:data1}];
return false;
break;
}
}
if(_errs12 === errors){
if(data1.keyid !== undefined){
let data2 = data1.keyid;
if("" !== data2){
validate37.errors = [{instancePath:instancePath+"/signatures/" + i0+"/keyid",schemaPath:"#/allOf/1/properties/signatures/items/properties/keyid/const",keyword:"const",params:{allowedValue: ""},message:"must be equal to constant",schema:"",parentSchema:schema58.allOf[1].properties.signatures.items.properties.keyid,data:data2}];
return false;
}
}
}
}
}
else {
validate37.errors = [{instancePath:instancePath+"/signatures/" + i0,schemaPath:"#/allOf/1/properties/signatures/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema58.allOf[1].properties.signatures.items.type,parentSchema:schema58.allOf[1].properties.signatures.items,data:data1}];
return false;
}
}
var valid2 = _errs9 === errors;
if(!valid2){
break;
}
}
}
else {
validate37.errors = [{instancePath:instancePath+"/signatures",schemaPath:"#/allOf/1/properties/signatures/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema58.allOf[1].properties.signatures.type,parentSchema:schema58.allOf[1].properties.signatures,data:data0}];
return false;
}
}
}
}
}
else {
validate37.errors = [{instancePath,schemaPath:"#/allOf/1/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema58.allOf[1].type,parentSchema:schema58.allOf[1],data}];
return false;
}
}
var valid0 = _errs2 === errors;
}
validate37.errors = vErrors;
return errors === 0;
}
validate37.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const bundle = validate38;
const schema59 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://model-signing.example/spec/v1.0/bundle.schema.json","$comment":"OMS-BUNDLE-6","title":"Bundle","description":"a bundle: who signed, and the signed envelope","type":"object","allOf":[{"$comment":"OMS-BUNDLE-3","required":["mediaType"]}],"required":["verificationMaterial","dsseEnvelope"],"properties":{"mediaType":{"$comment":"OMS-BUNDLE-3","description":"the media type of a Sigstore bundle, version 0.3","const":"application/vnd.dev.sigstore.bundle.v0.3+json"},"verificationMaterial":{"$ref":"#/$defs/verificationMaterial"},"dsseEnvelope":{"$ref":"envelope.schema.json"}}};
const schema60 = {"$comment":"OMS-METHOD-2","title":"VerificationMaterial","description":"an object that names the signer in exactly one of the members publicKey, x509CertificateChain and certificate","type":"object","oneOf":[{"required":["publicKey"]},{"required":["x509CertificateChain"]},{"required":["certificate"]}],"properties":{"publicKey":{"$ref":"#/$defs/publicKey"},"x509CertificateChain":{"$ref":"#/$defs/x509CertificateChain"},"certificate":{"$ref":"#/$defs/x509Certificate"},"tlogEntries":{"$comment":"OMS-BUNDLE-6","description":"an array of log entries","type":"array"},"timestampVerificationData":{"$ref":"#/$defs/timestampVerificationData"}},"if":{"required":["certificate"]},"then":{"properties":{"tlogEntries":{"$comment":"OMS-SIGSTORE-3: without this member, the form is a historical one of another method (OMS-HIST-7)","description":"an array of at least one log entry","minItems":1,"items":{"$ref":"#/$defs/logEntry"}}}}};
const schema61 = {"$comment":"OMS-SIGSTORE-4: the members without which no entry can be verified; those that the JSON form of Protocol Buffers omits at their default, such as a logIndex of zero, may be absent","description":"a log entry with logId, kindVersion, canonicalizedBody and a proof or promise of inclusion","type":"object","required":["logId","kindVersion","canonicalizedBody"],"properties":{"logId":{"$comment":"OMS-SIGSTORE-4","description":"an object that identifies the log by keyId","type":"object","required":["keyId"],"properties":{"keyId":{"$ref":"#/$defs/base64"}}},"kindVersion":{"$comment":"OMS-SIGSTORE-4","description":"an object that names the kind and the version of the entry","type":"object","required":["kind","version"],"properties":{"kind":{"$comment":"OMS-SIGSTORE-4","description":"a string","type":"string"},"version":{"$comment":"OMS-SIGSTORE-4","description":"a string","type":"string"}}},"canonicalizedBody":{"$ref":"#/$defs/base64"},"inclusionPromise":{"$comment":"OMS-SIGSTORE-4","description":"an object: the log's promise to include the entry","type":"object"},"inclusionProof":{"$comment":"OMS-SIGSTORE-4","description":"an object: the proof that the log includes the entry","type":"object"}},"anyOf":[{"required":["inclusionProof"]},{"required":["inclusionPromise"]}]};

function validate40(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate40.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
const _errs2 = errors;
let valid0 = false;
const _errs3 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.inclusionProof === undefined) && (missing0 = "inclusionProof")){
const err0 = {instancePath,schemaPath:"#/anyOf/0/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema61.anyOf[0].required,parentSchema:schema61.anyOf[0],data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
var _valid0 = _errs3 === errors;
valid0 = valid0 || _valid0;
const _errs4 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing1;
if((data.inclusionPromise === undefined) && (missing1 = "inclusionPromise")){
const err1 = {instancePath,schemaPath:"#/anyOf/1/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema61.anyOf[1].required,parentSchema:schema61.anyOf[1],data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var _valid0 = _errs4 === errors;
valid0 = valid0 || _valid0;
if(!valid0){
const err2 = {instancePath,schemaPath:"#/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema61.anyOf,parentSchema:schema61,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
validate40.errors = vErrors;
return false;
}
else {
errors = _errs2;
if(vErrors !== null){
if(_errs2){
vErrors.length = _errs2;
}
else {
vErrors = null;
}
}
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing2;
if((((data.logId === undefined) && (missing2 = "logId")) || ((data.kindVersion === undefined) && (missing2 = "kindVersion"))) || ((data.canonicalizedBody === undefined) && (missing2 = "canonicalizedBody"))){
validate40.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'",schema:schema61.required,parentSchema:schema61,data}];
return false;
}
else {
if(data.logId !== undefined){
let data0 = data.logId;
const _errs5 = errors;
if(errors === _errs5){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing3;
if((data0.keyId === undefined) && (missing3 = "keyId")){
validate40.errors = [{instancePath:instancePath+"/logId",schemaPath:"#/properties/logId/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'",schema:schema61.properties.logId.required,parentSchema:schema61.properties.logId,data:data0}];
return false;
}
else {
if(data0.keyId !== undefined){
let data1 = data0.keyId;
const _errs9 = errors;
if(errors === _errs9){
if(typeof data1 === "string"){
if(!pattern18.test(data1)){
validate40.errors = [{instancePath:instancePath+"/logId/keyId",schemaPath:"#/$defs/base64/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9+/]+={0,2}$"},message:"must match pattern \""+"^[A-Za-z0-9+/]+={0,2}$"+"\"",schema:"^[A-Za-z0-9+/]+={0,2}$",parentSchema:schema55,data:data1}];
return false;
}
}
else {
validate40.errors = [{instancePath:instancePath+"/logId/keyId",schemaPath:"#/$defs/base64/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema55.type,parentSchema:schema55,data:data1}];
return false;
}
}
}
}
}
else {
validate40.errors = [{instancePath:instancePath+"/logId",schemaPath:"#/properties/logId/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema61.properties.logId.type,parentSchema:schema61.properties.logId,data:data0}];
return false;
}
}
var valid1 = _errs5 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data.kindVersion !== undefined){
let data2 = data.kindVersion;
const _errs12 = errors;
if(errors === _errs12){
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
let missing4;
if(((data2.kind === undefined) && (missing4 = "kind")) || ((data2.version === undefined) && (missing4 = "version"))){
validate40.errors = [{instancePath:instancePath+"/kindVersion",schemaPath:"#/properties/kindVersion/required",keyword:"required",params:{missingProperty: missing4},message:"must have required property '"+missing4+"'",schema:schema61.properties.kindVersion.required,parentSchema:schema61.properties.kindVersion,data:data2}];
return false;
}
else {
if(data2.kind !== undefined){
let data3 = data2.kind;
const _errs15 = errors;
if(typeof data3 !== "string"){
validate40.errors = [{instancePath:instancePath+"/kindVersion/kind",schemaPath:"#/properties/kindVersion/properties/kind/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema61.properties.kindVersion.properties.kind.type,parentSchema:schema61.properties.kindVersion.properties.kind,data:data3}];
return false;
}
var valid4 = _errs15 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data2.version !== undefined){
let data4 = data2.version;
const _errs18 = errors;
if(typeof data4 !== "string"){
validate40.errors = [{instancePath:instancePath+"/kindVersion/version",schemaPath:"#/properties/kindVersion/properties/version/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema61.properties.kindVersion.properties.version.type,parentSchema:schema61.properties.kindVersion.properties.version,data:data4}];
return false;
}
var valid4 = _errs18 === errors;
}
else {
var valid4 = true;
}
}
}
}
else {
validate40.errors = [{instancePath:instancePath+"/kindVersion",schemaPath:"#/properties/kindVersion/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema61.properties.kindVersion.type,parentSchema:schema61.properties.kindVersion,data:data2}];
return false;
}
}
var valid1 = _errs12 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data.canonicalizedBody !== undefined){
let data5 = data.canonicalizedBody;
const _errs21 = errors;
const _errs22 = errors;
if(errors === _errs22){
if(typeof data5 === "string"){
if(!pattern18.test(data5)){
validate40.errors = [{instancePath:instancePath+"/canonicalizedBody",schemaPath:"#/$defs/base64/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9+/]+={0,2}$"},message:"must match pattern \""+"^[A-Za-z0-9+/]+={0,2}$"+"\"",schema:"^[A-Za-z0-9+/]+={0,2}$",parentSchema:schema55,data:data5}];
return false;
}
}
else {
validate40.errors = [{instancePath:instancePath+"/canonicalizedBody",schemaPath:"#/$defs/base64/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema55.type,parentSchema:schema55,data:data5}];
return false;
}
}
var valid1 = _errs21 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data.inclusionPromise !== undefined){
let data6 = data.inclusionPromise;
const _errs25 = errors;
if(!(data6 && typeof data6 == "object" && !Array.isArray(data6))){
validate40.errors = [{instancePath:instancePath+"/inclusionPromise",schemaPath:"#/properties/inclusionPromise/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema61.properties.inclusionPromise.type,parentSchema:schema61.properties.inclusionPromise,data:data6}];
return false;
}
var valid1 = _errs25 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data.inclusionProof !== undefined){
let data7 = data.inclusionProof;
const _errs28 = errors;
if(!(data7 && typeof data7 == "object" && !Array.isArray(data7))){
validate40.errors = [{instancePath:instancePath+"/inclusionProof",schemaPath:"#/properties/inclusionProof/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema61.properties.inclusionProof.type,parentSchema:schema61.properties.inclusionProof,data:data7}];
return false;
}
var valid1 = _errs28 === errors;
}
else {
var valid1 = true;
}
}
}
}
}
}
}
else {
validate40.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema61.type,parentSchema:schema61,data}];
return false;
}
}
validate40.errors = vErrors;
return errors === 0;
}
validate40.evaluated = {"props":{"logId":true,"kindVersion":true,"canonicalizedBody":true,"inclusionPromise":true,"inclusionProof":true},"dynamicProps":false,"dynamicItems":false};

const schema64 = {"$comment":"OMS-KEY-6","title":"PublicKey","description":"an object that identifies the key in exactly one of the members hint and rawBytes","type":"object","oneOf":[{"required":["hint"]},{"required":["rawBytes"]}],"properties":{"hint":{"$comment":"OMS-KEY-5","description":"a key hint: 64 lowercase hexadecimal digits","type":"string","pattern":"^[0-9a-f]{64}$"},"rawBytes":{"$ref":"#/$defs/base64"}}};

function validate42(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate42.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
const _errs2 = errors;
let valid0 = false;
let passing0 = null;
const _errs3 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.hint === undefined) && (missing0 = "hint")){
const err0 = {instancePath,schemaPath:"#/oneOf/0/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema64.oneOf[0].required,parentSchema:schema64.oneOf[0],data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
var _valid0 = _errs3 === errors;
if(_valid0){
valid0 = true;
passing0 = 0;
}
const _errs4 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing1;
if((data.rawBytes === undefined) && (missing1 = "rawBytes")){
const err1 = {instancePath,schemaPath:"#/oneOf/1/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema64.oneOf[1].required,parentSchema:schema64.oneOf[1],data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var _valid0 = _errs4 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 1];
}
else {
if(_valid0){
valid0 = true;
passing0 = 1;
}
}
if(!valid0){
const err2 = {instancePath,schemaPath:"#/oneOf",keyword:"oneOf",params:{passingSchemas: passing0},message:"must match exactly one schema in oneOf",schema:schema64.oneOf,parentSchema:schema64,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
validate42.errors = vErrors;
return false;
}
else {
errors = _errs2;
if(vErrors !== null){
if(_errs2){
vErrors.length = _errs2;
}
else {
vErrors = null;
}
}
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hint !== undefined){
let data0 = data.hint;
const _errs5 = errors;
if(errors === _errs5){
if(typeof data0 === "string"){
if(!pattern5.test(data0)){
validate42.errors = [{instancePath:instancePath+"/hint",schemaPath:"#/properties/hint/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{64}$"},message:"must match pattern \""+"^[0-9a-f]{64}$"+"\"",schema:"^[0-9a-f]{64}$",parentSchema:schema64.properties.hint,data:data0}];
return false;
}
}
else {
validate42.errors = [{instancePath:instancePath+"/hint",schemaPath:"#/properties/hint/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema64.properties.hint.type,parentSchema:schema64.properties.hint,data:data0}];
return false;
}
}
var valid1 = _errs5 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data.rawBytes !== undefined){
let data1 = data.rawBytes;
const _errs8 = errors;
const _errs9 = errors;
if(errors === _errs9){
if(typeof data1 === "string"){
if(!pattern18.test(data1)){
validate42.errors = [{instancePath:instancePath+"/rawBytes",schemaPath:"#/$defs/base64/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9+/]+={0,2}$"},message:"must match pattern \""+"^[A-Za-z0-9+/]+={0,2}$"+"\"",schema:"^[A-Za-z0-9+/]+={0,2}$",parentSchema:schema55,data:data1}];
return false;
}
}
else {
validate42.errors = [{instancePath:instancePath+"/rawBytes",schemaPath:"#/$defs/base64/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema55.type,parentSchema:schema55,data:data1}];
return false;
}
}
var valid1 = _errs8 === errors;
}
else {
var valid1 = true;
}
}
}
else {
validate42.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema64.type,parentSchema:schema64,data}];
return false;
}
}
validate42.errors = vErrors;
return errors === 0;
}
validate42.evaluated = {"props":{"hint":true,"rawBytes":true},"dynamicProps":false,"dynamicItems":false};

const schema66 = {"$comment":"OMS-CERT-3","title":"X509CertificateChain","description":"an object that holds the signer's certificate, then the intermediate ones","type":"object","required":["certificates"],"properties":{"certificates":{"$comment":"OMS-CERT-3","description":"an array of at least one certificate","type":"array","minItems":1,"items":{"$ref":"#/$defs/x509Certificate"}}}};
const schema67 = {"$comment":"OMS-BUNDLE-6","title":"X509Certificate","description":"an object that holds a certificate in DER as rawBytes","type":"object","required":["rawBytes"],"properties":{"rawBytes":{"$ref":"#/$defs/base64"}}};

function validate45(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate45.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.rawBytes === undefined) && (missing0 = "rawBytes")){
validate45.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema67.required,parentSchema:schema67,data}];
return false;
}
else {
if(data.rawBytes !== undefined){
let data0 = data.rawBytes;
const _errs3 = errors;
if(errors === _errs3){
if(typeof data0 === "string"){
if(!pattern18.test(data0)){
validate45.errors = [{instancePath:instancePath+"/rawBytes",schemaPath:"#/$defs/base64/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9+/]+={0,2}$"},message:"must match pattern \""+"^[A-Za-z0-9+/]+={0,2}$"+"\"",schema:"^[A-Za-z0-9+/]+={0,2}$",parentSchema:schema55,data:data0}];
return false;
}
}
else {
validate45.errors = [{instancePath:instancePath+"/rawBytes",schemaPath:"#/$defs/base64/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema55.type,parentSchema:schema55,data:data0}];
return false;
}
}
}
}
}
else {
validate45.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema67.type,parentSchema:schema67,data}];
return false;
}
}
validate45.errors = vErrors;
return errors === 0;
}
validate45.evaluated = {"props":{"rawBytes":true},"dynamicProps":false,"dynamicItems":false};


function validate44(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate44.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.certificates === undefined) && (missing0 = "certificates")){
validate44.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema66.required,parentSchema:schema66,data}];
return false;
}
else {
if(data.certificates !== undefined){
let data0 = data.certificates;
const _errs2 = errors;
if(errors === _errs2){
if(Array.isArray(data0)){
if(data0.length < 1){
validate44.errors = [{instancePath:instancePath+"/certificates",schemaPath:"#/properties/certificates/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema66.properties.certificates,data:data0}];
return false;
}
else {
var valid1 = true;
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
const _errs5 = errors;
if(!(validate45(data0[i0], {instancePath:instancePath+"/certificates/" + i0,parentData:data0,parentDataProperty:i0,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate45.errors : vErrors.concat(validate45.errors);
errors = vErrors.length;
}
var valid1 = _errs5 === errors;
if(!valid1){
break;
}
}
}
}
else {
validate44.errors = [{instancePath:instancePath+"/certificates",schemaPath:"#/properties/certificates/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema66.properties.certificates.type,parentSchema:schema66.properties.certificates,data:data0}];
return false;
}
}
}
}
}
else {
validate44.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema66.type,parentSchema:schema66,data}];
return false;
}
}
validate44.errors = vErrors;
return errors === 0;
}
validate44.evaluated = {"props":{"certificates":true},"dynamicProps":false,"dynamicItems":false};

const schema69 = {"$comment":"OMS-BUNDLE-6","title":"TimestampVerificationData","description":"an object that holds signed timestamps","type":"object","properties":{"rfc3161Timestamps":{"$comment":"OMS-BUNDLE-6","description":"an array of RFC 3161 timestamps","type":"array","items":{"$comment":"OMS-BUNDLE-6","title":"Rfc3161Timestamp","description":"an object that holds a timestamp response as signedTimestamp","type":"object","required":["signedTimestamp"],"properties":{"signedTimestamp":{"$ref":"#/$defs/base64"}}}}}};

function validate49(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate49.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.rfc3161Timestamps !== undefined){
let data0 = data.rfc3161Timestamps;
const _errs2 = errors;
if(errors === _errs2){
if(Array.isArray(data0)){
var valid1 = true;
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
let data1 = data0[i0];
const _errs5 = errors;
if(errors === _errs5){
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
let missing0;
if((data1.signedTimestamp === undefined) && (missing0 = "signedTimestamp")){
validate49.errors = [{instancePath:instancePath+"/rfc3161Timestamps/" + i0,schemaPath:"#/properties/rfc3161Timestamps/items/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema69.properties.rfc3161Timestamps.items.required,parentSchema:schema69.properties.rfc3161Timestamps.items,data:data1}];
return false;
}
else {
if(data1.signedTimestamp !== undefined){
let data2 = data1.signedTimestamp;
const _errs9 = errors;
if(errors === _errs9){
if(typeof data2 === "string"){
if(!pattern18.test(data2)){
validate49.errors = [{instancePath:instancePath+"/rfc3161Timestamps/" + i0+"/signedTimestamp",schemaPath:"#/$defs/base64/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9+/]+={0,2}$"},message:"must match pattern \""+"^[A-Za-z0-9+/]+={0,2}$"+"\"",schema:"^[A-Za-z0-9+/]+={0,2}$",parentSchema:schema55,data:data2}];
return false;
}
}
else {
validate49.errors = [{instancePath:instancePath+"/rfc3161Timestamps/" + i0+"/signedTimestamp",schemaPath:"#/$defs/base64/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema55.type,parentSchema:schema55,data:data2}];
return false;
}
}
}
}
}
else {
validate49.errors = [{instancePath:instancePath+"/rfc3161Timestamps/" + i0,schemaPath:"#/properties/rfc3161Timestamps/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema69.properties.rfc3161Timestamps.items.type,parentSchema:schema69.properties.rfc3161Timestamps.items,data:data1}];
return false;
}
}
var valid1 = _errs5 === errors;
if(!valid1){
break;
}
}
}
else {
validate49.errors = [{instancePath:instancePath+"/rfc3161Timestamps",schemaPath:"#/properties/rfc3161Timestamps/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema69.properties.rfc3161Timestamps.type,parentSchema:schema69.properties.rfc3161Timestamps,data:data0}];
return false;
}
}
}
}
else {
validate49.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema69.type,parentSchema:schema69,data}];
return false;
}
}
validate49.errors = vErrors;
return errors === 0;
}
validate49.evaluated = {"props":{"rfc3161Timestamps":true},"dynamicProps":false,"dynamicItems":false};


function validate39(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate39.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
const _errs2 = errors;
let valid0 = false;
let passing0 = null;
const _errs3 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.publicKey === undefined) && (missing0 = "publicKey")){
const err0 = {instancePath,schemaPath:"#/oneOf/0/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema60.oneOf[0].required,parentSchema:schema60.oneOf[0],data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
var _valid0 = _errs3 === errors;
if(_valid0){
valid0 = true;
passing0 = 0;
}
const _errs4 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing1;
if((data.x509CertificateChain === undefined) && (missing1 = "x509CertificateChain")){
const err1 = {instancePath,schemaPath:"#/oneOf/1/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema60.oneOf[1].required,parentSchema:schema60.oneOf[1],data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var _valid0 = _errs4 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 1];
}
else {
if(_valid0){
valid0 = true;
passing0 = 1;
}
const _errs5 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing2;
if((data.certificate === undefined) && (missing2 = "certificate")){
const err2 = {instancePath,schemaPath:"#/oneOf/2/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'",schema:schema60.oneOf[2].required,parentSchema:schema60.oneOf[2],data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
var _valid0 = _errs5 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 2];
}
else {
if(_valid0){
valid0 = true;
passing0 = 2;
}
}
}
if(!valid0){
const err3 = {instancePath,schemaPath:"#/oneOf",keyword:"oneOf",params:{passingSchemas: passing0},message:"must match exactly one schema in oneOf",schema:schema60.oneOf,parentSchema:schema60,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
validate39.errors = vErrors;
return false;
}
else {
errors = _errs2;
if(vErrors !== null){
if(_errs2){
vErrors.length = _errs2;
}
else {
vErrors = null;
}
}
const _errs6 = errors;
let valid1 = true;
const _errs7 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing3;
if((data.certificate === undefined) && (missing3 = "certificate")){
const err4 = {};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
var _valid1 = _errs7 === errors;
errors = _errs6;
if(vErrors !== null){
if(_errs6){
vErrors.length = _errs6;
}
else {
vErrors = null;
}
}
if(_valid1){
const _errs8 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.tlogEntries !== undefined){
let data0 = data.tlogEntries;
const _errs9 = errors;
if(errors === _errs9){
if(Array.isArray(data0)){
if(data0.length < 1){
validate39.errors = [{instancePath:instancePath+"/tlogEntries",schemaPath:"#/then/properties/tlogEntries/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema60.then.properties.tlogEntries,data:data0}];
return false;
}
else {
var valid3 = true;
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
const _errs11 = errors;
if(!(validate40(data0[i0], {instancePath:instancePath+"/tlogEntries/" + i0,parentData:data0,parentDataProperty:i0,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate40.errors : vErrors.concat(validate40.errors);
errors = vErrors.length;
}
var valid3 = _errs11 === errors;
if(!valid3){
break;
}
}
}
}
}
}
}
var _valid1 = _errs8 === errors;
valid1 = _valid1;
if(valid1){
var props0 = {};
props0.tlogEntries = true;
}
}
if(!valid1){
const err5 = {instancePath,schemaPath:"#/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema",schema:schema60.if,parentSchema:schema60,data};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
validate39.errors = vErrors;
return false;
}
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(props0 !== true){
props0 = props0 || {};
props0.publicKey = true;
props0.x509CertificateChain = true;
props0.certificate = true;
props0.tlogEntries = true;
props0.timestampVerificationData = true;
}
if(data.publicKey !== undefined){
const _errs12 = errors;
if(!(validate42(data.publicKey, {instancePath:instancePath+"/publicKey",parentData:data,parentDataProperty:"publicKey",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate42.errors : vErrors.concat(validate42.errors);
errors = vErrors.length;
}
var valid4 = _errs12 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.x509CertificateChain !== undefined){
const _errs13 = errors;
if(!(validate44(data.x509CertificateChain, {instancePath:instancePath+"/x509CertificateChain",parentData:data,parentDataProperty:"x509CertificateChain",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate44.errors : vErrors.concat(validate44.errors);
errors = vErrors.length;
}
var valid4 = _errs13 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.certificate !== undefined){
const _errs14 = errors;
if(!(validate45(data.certificate, {instancePath:instancePath+"/certificate",parentData:data,parentDataProperty:"certificate",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate45.errors : vErrors.concat(validate45.errors);
errors = vErrors.length;
}
var valid4 = _errs14 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.tlogEntries !== undefined){
let data5 = data.tlogEntries;
const _errs15 = errors;
if(!(Array.isArray(data5))){
validate39.errors = [{instancePath:instancePath+"/tlogEntries",schemaPath:"#/properties/tlogEntries/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema60.properties.tlogEntries.type,parentSchema:schema60.properties.tlogEntries,data:data5}];
return false;
}
var valid4 = _errs15 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.timestampVerificationData !== undefined){
const _errs18 = errors;
if(!(validate49(data.timestampVerificationData, {instancePath:instancePath+"/timestampVerificationData",parentData:data,parentDataProperty:"timestampVerificationData",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate49.errors : vErrors.concat(validate49.errors);
errors = vErrors.length;
}
var valid4 = _errs18 === errors;
}
else {
var valid4 = true;
}
}
}
}
}
}
else {
validate39.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema60.type,parentSchema:schema60,data}];
return false;
}
}
validate39.errors = vErrors;
evaluated0.props = props0;
return errors === 0;
}
validate39.evaluated = {"dynamicProps":true,"dynamicItems":false};


function validate38(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://model-signing.example/spec/v1.0/bundle.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate38.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
const _errs2 = errors;
if(errors === _errs2){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.mediaType === undefined) && (missing0 = "mediaType")){
validate38.errors = [{instancePath,schemaPath:"#/allOf/0/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema59.allOf[0].required,parentSchema:schema59.allOf[0],data}];
return false;
}
}
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing1;
if(((data.verificationMaterial === undefined) && (missing1 = "verificationMaterial")) || ((data.dsseEnvelope === undefined) && (missing1 = "dsseEnvelope"))){
validate38.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema59.required,parentSchema:schema59,data}];
return false;
}
else {
if(data.mediaType !== undefined){
let data0 = data.mediaType;
const _errs4 = errors;
if("application/vnd.dev.sigstore.bundle.v0.3+json" !== data0){
validate38.errors = [{instancePath:instancePath+"/mediaType",schemaPath:"#/properties/mediaType/const",keyword:"const",params:{allowedValue: "application/vnd.dev.sigstore.bundle.v0.3+json"},message:"must be equal to constant",schema:"application/vnd.dev.sigstore.bundle.v0.3+json",parentSchema:schema59.properties.mediaType,data:data0}];
return false;
}
var valid1 = _errs4 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data.verificationMaterial !== undefined){
const _errs6 = errors;
if(!(validate39(data.verificationMaterial, {instancePath:instancePath+"/verificationMaterial",parentData:data,parentDataProperty:"verificationMaterial",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate39.errors : vErrors.concat(validate39.errors);
errors = vErrors.length;
}
var valid1 = _errs6 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data.dsseEnvelope !== undefined){
const _errs7 = errors;
if(!(validate34(data.dsseEnvelope, {instancePath:instancePath+"/dsseEnvelope",parentData:data,parentDataProperty:"dsseEnvelope",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate34.errors : vErrors.concat(validate34.errors);
errors = vErrors.length;
}
var valid1 = _errs7 === errors;
}
else {
var valid1 = true;
}
}
}
}
}
else {
validate38.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema59.type,parentSchema:schema59,data}];
return false;
}
}
validate38.errors = vErrors;
return errors === 0;
}
validate38.evaluated = {"props":{"mediaType":true,"verificationMaterial":true,"dsseEnvelope":true},"dynamicProps":false,"dynamicItems":false};

export const bundleProduced = validate53;
const schema71 = {"$comment":"OMS-BUNDLE-8","allOf":[{"$ref":"#"},{"$comment":"OMS-BUNDLE-8","type":"object","properties":{"mediaType":true,"verificationMaterial":{"$comment":"OMS-BUNDLE-8","type":"object","properties":{"publicKey":{"$comment":"OMS-KEY-2","type":"object","properties":{"hint":true},"additionalProperties":false},"x509CertificateChain":{"$comment":"OMS-BUNDLE-8","type":"object","properties":{"certificates":{"$comment":"OMS-CERT-1","type":"array","items":{"$ref":"#/$defs/producedCertificate"}}},"additionalProperties":false},"certificate":{"$ref":"#/$defs/producedCertificate"},"tlogEntries":true,"timestampVerificationData":true},"additionalProperties":false,"allOf":[{"if":{"required":["publicKey"]},"then":{"properties":{"timestampVerificationData":{"$comment":"OMS-METHOD-7","description":"no timestamps with this signing method","not":{}}}}}],"if":{"required":["certificate"]},"then":{"$comment":"OMS-SIGSTORE-2","required":["tlogEntries"]},"else":{"$comment":"OMS-METHOD-4","required":["tlogEntries"],"properties":{"tlogEntries":{"$comment":"OMS-METHOD-4","description":"an empty array with this signing method","maxItems":0}}}},"dsseEnvelope":{"$ref":"envelope.schema.json#/$defs/produced"}},"additionalProperties":false}]};
const schema72 = {"$comment":"OMS-BUNDLE-8","type":"object","properties":{"rawBytes":true},"additionalProperties":false};
const root3 = {validate: validate38};

function validate53(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate53.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
const _errs1 = errors;
if(!(root3.validate(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? root3.validate.errors : vErrors.concat(root3.validate.errors);
errors = vErrors.length;
}
var valid0 = _errs1 === errors;
if(valid0){
const _errs2 = errors;
if(errors === _errs2){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs5 = errors;
for(const key0 in data){
if(!(((key0 === "mediaType") || (key0 === "verificationMaterial")) || (key0 === "dsseEnvelope"))){
validate53.errors = [{instancePath,schemaPath:"#/allOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema71.allOf[1],data}];
return false;
break;
}
}
if(_errs5 === errors){
if(data.verificationMaterial !== undefined){
let data0 = data.verificationMaterial;
const _errs6 = errors;
const _errs9 = errors;
const _errs10 = errors;
let valid3 = true;
const _errs11 = errors;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing0;
if((data0.publicKey === undefined) && (missing0 = "publicKey")){
const err0 = {};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
var _valid0 = _errs11 === errors;
errors = _errs10;
if(vErrors !== null){
if(_errs10){
vErrors.length = _errs10;
}
else {
vErrors = null;
}
}
if(_valid0){
const _errs12 = errors;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
if(data0.timestampVerificationData !== undefined){
validate53.errors = [{instancePath:instancePath+"/verificationMaterial/timestampVerificationData",schemaPath:"#/allOf/1/properties/verificationMaterial/allOf/0/then/properties/timestampVerificationData/not",keyword:"not",params:{},message:"must NOT be valid",schema:schema71.allOf[1].properties.verificationMaterial.allOf[0].then.properties.timestampVerificationData.not,parentSchema:schema71.allOf[1].properties.verificationMaterial.allOf[0].then.properties.timestampVerificationData,data:data0.timestampVerificationData}];
return false;
}
}
var _valid0 = _errs12 === errors;
valid3 = _valid0;
if(valid3){
var props0 = {};
props0.timestampVerificationData = true;
}
}
if(!valid3){
const err1 = {instancePath:instancePath+"/verificationMaterial",schemaPath:"#/allOf/1/properties/verificationMaterial/allOf/0/if",keyword:"if",params:{failingKeyword: "then"},message:"must match \"then\" schema",schema:schema71.allOf[1].properties.verificationMaterial.allOf[0].if,parentSchema:schema71.allOf[1].properties.verificationMaterial.allOf[0],data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
validate53.errors = vErrors;
return false;
}
var valid2 = _errs9 === errors;
if(valid2){
const _errs16 = errors;
let valid5 = true;
const _errs17 = errors;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing1;
if((data0.certificate === undefined) && (missing1 = "certificate")){
const err2 = {};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
var _valid1 = _errs17 === errors;
errors = _errs16;
if(vErrors !== null){
if(_errs16){
vErrors.length = _errs16;
}
else {
vErrors = null;
}
}
let ifClause0;
if(_valid1){
const _errs18 = errors;
if(errors === _errs18){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing2;
if((data0.tlogEntries === undefined) && (missing2 = "tlogEntries")){
validate53.errors = [{instancePath:instancePath+"/verificationMaterial",schemaPath:"#/allOf/1/properties/verificationMaterial/then/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'",schema:schema71.allOf[1].properties.verificationMaterial.then.required,parentSchema:schema71.allOf[1].properties.verificationMaterial.then,data:data0}];
return false;
}
}
}
var _valid1 = _errs18 === errors;
valid5 = _valid1;
ifClause0 = "then";
}
else {
const _errs20 = errors;
if(errors === _errs20){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
let missing3;
if((data0.tlogEntries === undefined) && (missing3 = "tlogEntries")){
validate53.errors = [{instancePath:instancePath+"/verificationMaterial",schemaPath:"#/allOf/1/properties/verificationMaterial/else/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'",schema:schema71.allOf[1].properties.verificationMaterial.else.required,parentSchema:schema71.allOf[1].properties.verificationMaterial.else,data:data0}];
return false;
}
else {
if(data0.tlogEntries !== undefined){
let data2 = data0.tlogEntries;
const _errs22 = errors;
if(errors === _errs22){
if(Array.isArray(data2)){
if(data2.length > 0){
validate53.errors = [{instancePath:instancePath+"/verificationMaterial/tlogEntries",schemaPath:"#/allOf/1/properties/verificationMaterial/else/properties/tlogEntries/maxItems",keyword:"maxItems",params:{limit: 0},message:"must NOT have more than 0 items",schema:0,parentSchema:schema71.allOf[1].properties.verificationMaterial.else.properties.tlogEntries,data:data2}];
return false;
}
}
}
}
}
}
}
var _valid1 = _errs20 === errors;
valid5 = _valid1;
if(valid5){
if(props0 !== true){
props0 = props0 || {};
props0.tlogEntries = true;
}
}
ifClause0 = "else";
}
if(!valid5){
const err3 = {instancePath:instancePath+"/verificationMaterial",schemaPath:"#/allOf/1/properties/verificationMaterial/if",keyword:"if",params:{failingKeyword: ifClause0},message:"must match \""+ifClause0+"\" schema",schema:schema71.allOf[1].properties.verificationMaterial.if,parentSchema:schema71.allOf[1].properties.verificationMaterial,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
validate53.errors = vErrors;
return false;
}
}
if(errors === _errs6){
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
const _errs24 = errors;
for(const key1 in data0){
if(!(((((key1 === "publicKey") || (key1 === "x509CertificateChain")) || (key1 === "certificate")) || (key1 === "tlogEntries")) || (key1 === "timestampVerificationData"))){
validate53.errors = [{instancePath:instancePath+"/verificationMaterial",schemaPath:"#/allOf/1/properties/verificationMaterial/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema71.allOf[1].properties.verificationMaterial,data:data0}];
return false;
break;
}
}
if(_errs24 === errors){
if(data0.publicKey !== undefined){
let data3 = data0.publicKey;
const _errs25 = errors;
if(errors === _errs25){
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
for(const key2 in data3){
if(!(key2 === "hint")){
validate53.errors = [{instancePath:instancePath+"/verificationMaterial/publicKey",schemaPath:"#/allOf/1/properties/verificationMaterial/properties/publicKey/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema71.allOf[1].properties.verificationMaterial.properties.publicKey,data:data3}];
return false;
break;
}
}
}
else {
validate53.errors = [{instancePath:instancePath+"/verificationMaterial/publicKey",schemaPath:"#/allOf/1/properties/verificationMaterial/properties/publicKey/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema71.allOf[1].properties.verificationMaterial.properties.publicKey.type,parentSchema:schema71.allOf[1].properties.verificationMaterial.properties.publicKey,data:data3}];
return false;
}
}
var valid7 = _errs25 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data0.x509CertificateChain !== undefined){
let data4 = data0.x509CertificateChain;
const _errs29 = errors;
if(errors === _errs29){
if(data4 && typeof data4 == "object" && !Array.isArray(data4)){
const _errs32 = errors;
for(const key3 in data4){
if(!(key3 === "certificates")){
validate53.errors = [{instancePath:instancePath+"/verificationMaterial/x509CertificateChain",schemaPath:"#/allOf/1/properties/verificationMaterial/properties/x509CertificateChain/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties",schema:false,parentSchema:schema71.allOf[1].properties.verificationMaterial.properties.x509CertificateChain,data:data4}];
return false;
break;
}
}
if(_errs32 === errors){
if(data4.certificates !== undefined){
let data5 = data4.certificates;
const _errs33 = errors;
if(errors === _errs33){
if(Array.isArray(data5)){
var valid9 = true;
const len0 = data5.length;
for(let i0=0; i0<len0; i0++){
let data6 = data5[i0];
const _errs36 = errors;
const _errs37 = errors;
if(errors === _errs37){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
for(const key4 in data6){
if(!(key4 === "rawBytes")){
validate53.errors = [{instancePath:instancePath+"/verificationMaterial/x509CertificateChain/certificates/" + i0,schemaPath:"#/$defs/producedCertificate/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties",schema:false,parentSchema:schema72,data:data6}];
return false;
break;
}
}
}
else {
validate53.errors = [{instancePath:instancePath+"/verificationMaterial/x509CertificateChain/certificates/" + i0,schemaPath:"#/$defs/producedCertificate/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema72.type,parentSchema:schema72,data:data6}];
return false;
}
}
var valid9 = _errs36 === errors;
if(!valid9){
break;
}
}
}
else {
validate53.errors = [{instancePath:instancePath+"/verificationMaterial/x509CertificateChain/certificates",schemaPath:"#/allOf/1/properties/verificationMaterial/properties/x509CertificateChain/properties/certificates/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema71.allOf[1].properties.verificationMaterial.properties.x509CertificateChain.properties.certificates.type,parentSchema:schema71.allOf[1].properties.verificationMaterial.properties.x509CertificateChain.properties.certificates,data:data5}];
return false;
}
}
}
}
}
else {
validate53.errors = [{instancePath:instancePath+"/verificationMaterial/x509CertificateChain",schemaPath:"#/allOf/1/properties/verificationMaterial/properties/x509CertificateChain/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema71.allOf[1].properties.verificationMaterial.properties.x509CertificateChain.type,parentSchema:schema71.allOf[1].properties.verificationMaterial.properties.x509CertificateChain,data:data4}];
return false;
}
}
var valid7 = _errs29 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data0.certificate !== undefined){
let data7 = data0.certificate;
const _errs41 = errors;
const _errs42 = errors;
if(errors === _errs42){
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
for(const key5 in data7){
if(!(key5 === "rawBytes")){
validate53.errors = [{instancePath:instancePath+"/verificationMaterial/certificate",schemaPath:"#/$defs/producedCertificate/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties",schema:false,parentSchema:schema72,data:data7}];
return false;
break;
}
}
}
else {
validate53.errors = [{instancePath:instancePath+"/verificationMaterial/certificate",schemaPath:"#/$defs/producedCertificate/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema72.type,parentSchema:schema72,data:data7}];
return false;
}
}
var valid7 = _errs41 === errors;
}
else {
var valid7 = true;
}
}
}
}
}
else {
validate53.errors = [{instancePath:instancePath+"/verificationMaterial",schemaPath:"#/allOf/1/properties/verificationMaterial/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema71.allOf[1].properties.verificationMaterial.type,parentSchema:schema71.allOf[1].properties.verificationMaterial,data:data0}];
return false;
}
}
var valid1 = _errs6 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data.dsseEnvelope !== undefined){
const _errs46 = errors;
if(!(validate37(data.dsseEnvelope, {instancePath:instancePath+"/dsseEnvelope",parentData:data,parentDataProperty:"dsseEnvelope",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
var valid1 = _errs46 === errors;
}
else {
var valid1 = true;
}
}
}
}
else {
validate53.errors = [{instancePath,schemaPath:"#/allOf/1/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema71.allOf[1].type,parentSchema:schema71.allOf[1],data}];
return false;
}
}
var valid0 = _errs2 === errors;
}
validate53.errors = vErrors;
return errors === 0;
}
validate53.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


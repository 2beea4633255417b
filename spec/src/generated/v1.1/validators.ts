// @ts-nocheck
// Generated from the schemas by oms-spec generate. Do not edit.
"use strict";
export const predicate = validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://model-signing.example/spec/v1.1/predicate.schema.json","$comment":"OMS-PRED-2","title":"Predicate","description":"an OMS predicate: what was signed, and how the list of it was made","type":"object","required":["serialization","resources"],"properties":{"serialization":{"$ref":"#/$defs/serialization"},"resources":{"$comment":"OMS-RES-8: order and uniqueness (OMS-ORDER-3, OMS-RES-10) are semantic rules, out of a schema's reach","description":"an array of at least one descriptor","type":"array","minItems":1,"if":{"shell":true},"else":{"items":{"$ref":"#/$defs/resourceDescriptor"}}},"annotations":{"$ref":"#/$defs/annotations"}},"allOf":[{"if":{"$ref":"#/$defs/hashed/sha256"},"then":{"properties":{"resources":{"if":{"shell":true},"else":{"items":{"properties":{"algorithm":{"$comment":"OMS-RES-6: the suffix is for OMS-RES-12, and its number a semantic rule","description":"the same algorithm as hash_type, which is sha256","pattern":"^sha256(?:-sharded-[1-9][0-9]{0,15})?$"},"digest":{"$ref":"#/$defs/hex256"}}}}}}}},{"if":{"$ref":"#/$defs/hashed/blake2b"},"then":{"properties":{"resources":{"if":{"shell":true},"else":{"items":{"properties":{"algorithm":{"$comment":"OMS-RES-6: the suffix is for OMS-RES-12, and its number a semantic rule","description":"the same algorithm as hash_type, which is blake2b","pattern":"^blake2b(?:-sharded-[1-9][0-9]{0,15})?$"},"digest":{"$ref":"#/$defs/hex512"}}}}}}}},{"if":{"$ref":"#/$defs/hashed/blake3"},"then":{"properties":{"resources":{"if":{"shell":true},"else":{"items":{"properties":{"algorithm":{"$comment":"OMS-RES-6: the suffix is for OMS-RES-12, and its number a semantic rule","description":"the same algorithm as hash_type, which is blake3","pattern":"^blake3(?:-sharded-[1-9][0-9]{0,15})?$"},"digest":{"$ref":"#/$defs/hex256"}}}}}}}},{"if":{"$ref":"#/$defs/sharded"},"then":{"properties":{"resources":{"if":{"shell":true},"else":{"items":{"properties":{"name":{"$ref":"#/$defs/shardName"}}}}}}},"else":{"properties":{"resources":{"if":{"shell":true},"else":{"items":{"properties":{"algorithm":{"$ref":"#/$defs/plainAlgorithm"}}}}}}}}]};
const schema32 = {"required":["serialization"],"properties":{"serialization":{"required":["hash_type"],"properties":{"hash_type":{"const":"sha256"}}}}};
const schema33 = {"$comment":"OMS-RES-4","description":"a digest of 64 lowercase hexadecimal digits","pattern":"^[0-9a-f]{64}$"};
const schema34 = {"required":["serialization"],"properties":{"serialization":{"required":["hash_type"],"properties":{"hash_type":{"const":"blake2b"}}}}};
const schema35 = {"$comment":"OMS-RES-4","description":"a digest of 128 lowercase hexadecimal digits","pattern":"^[0-9a-f]{128}$"};
const schema36 = {"required":["serialization"],"properties":{"serialization":{"required":["hash_type"],"properties":{"hash_type":{"const":"blake3"}}}}};
const schema38 = {"required":["serialization"],"properties":{"serialization":{"required":["method"],"properties":{"method":{"const":"shards"}}}}};
const schema39 = {"$comment":"OMS-SHARD-8: what the two numbers mean is a semantic rule (OMS-SHARD-9)","description":"the name of a shard: a path followed by \":<start>:<end>\" in decimal digits without leading zeros","pattern":"[^/]:(?:0|[1-9][0-9]*):[1-9][0-9]*$","allOf":[{"$comment":"OMS-NAME-6: the path before the range; the single path \".\" is historical here too","description":"a shard of a canonical name, without a component \".\" or \"..\" before the range","not":{"pattern":"(?:(?:^|/)\\.\\.|/\\.):[0-9]+:[0-9]+$"}}]};
const schema40 = {"$comment":"OMS-RES-6","description":"the same algorithm as hash_type, without a suffix","not":{"pattern":"-"}};
const schema47 = {"$comment":"OMS-ANNOT-3","title":"Annotations","description":"an object of at most 64 strings, each under a short lowercase key","type":"object","maxProperties":64,"propertyNames":{"$comment":"OMS-ANNOT-3","description":"a key: a lowercase letter, then at most 127 lowercase letters, digits and characters of ._/-","pattern":"^[a-z][a-z0-9._/-]{0,127}$"},"additionalProperties":{"$comment":"OMS-ANNOT-3","description":"a string of at most 4096 characters","type":"string","maxLength":4096}};
const pattern4 = new RegExp("^sha256(?:-sharded-[1-9][0-9]{0,15})?$", "u");
const pattern5 = new RegExp("^[0-9a-f]{64}$", "u");
const pattern6 = new RegExp("^blake2b(?:-sharded-[1-9][0-9]{0,15})?$", "u");
const pattern7 = new RegExp("^[0-9a-f]{128}$", "u");
const pattern8 = new RegExp("^blake3(?:-sharded-[1-9][0-9]{0,15})?$", "u");
const pattern10 = new RegExp("(?:(?:^|/)\\.\\.|/\\.):[0-9]+:[0-9]+$", "u");
const pattern11 = new RegExp("[^/]:(?:0|[1-9][0-9]*):[1-9][0-9]*$", "u");
const pattern12 = new RegExp("-", "u");
const pattern15 = new RegExp("^[a-z][a-z0-9._/-]{0,127}$", "u");
const schema41 = {"$comment":"OMS-SER-6","title":"Serialization","description":"an object that says how the descriptors were made","type":"object","required":["method","hash_type","allow_symlinks"],"properties":{"method":{"$comment":"OMS-SER-6","description":"the method: one descriptor for each file, or for each shard of a file","enum":["files","shards"]},"hash_type":{"$ref":"#/$defs/algorithm"},"allow_symlinks":{"$comment":"OMS-SER-6","description":"a boolean: whether symbolic links were followed","type":"boolean"},"shard_size":{"$comment":"OMS-SHARD-2","description":"a shard size: an integer number of bytes from 1 to 9007199254740991","type":"integer","minimum":1,"maximum":9007199254740991},"ignore_paths":{"$comment":"OMS-MATCH-6","description":"an array of paths that were excluded","type":"array","items":{"$ref":"#/$defs/ignorePath"}}},"allOf":[{"if":{"required":["method"],"properties":{"method":{"const":"shards"}}},"then":{"$comment":"OMS-SER-6","required":["shard_size"]}},{"if":{"required":["method"],"properties":{"method":{"const":"files"}}},"then":{"properties":{"shard_size":{"$comment":"OMS-SER-6","description":"no shard_size beside the method files","not":{}}}}}]};
const schema42 = {"$comment":"OMS-ALG-2","title":"DigestAlgorithm","description":"a digest algorithm of the registry","enum":["sha256","blake2b","blake3"]};
const schema43 = {"$comment":"OMS-MATCH-6","description":"a canonical name without the characters *, ?, [ and ]","type":"string","not":{"pattern":"(?:^|/)\\.{0,2}(?:/|$)|[\\u0000*?\\[\\]]"}};
const pattern13 = new RegExp("(?:^|/)\\.{0,2}(?:/|$)|[\\u0000*?\\[\\]]", "u");

function validate21(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
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
validate21.errors = [{instancePath,keyword:"required",params:{missingProperty: missing1},parentSchema:schema41.allOf[0].then,data}];
return false;
}
}
}
var _valid0 = _errs6 === errors;
valid1 = _valid0;
}
if(!valid1){
const err2 = {instancePath,keyword:"if",params:{failingKeyword: "then"},parentSchema:schema41.allOf[0],data};
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
validate21.errors = [{instancePath:instancePath+"/shard_size",keyword:"not",params:{},parentSchema:schema41.allOf[1].then.properties.shard_size,data:data.shard_size}];
return false;
}
}
var _valid1 = _errs12 === errors;
valid3 = _valid1;
}
if(!valid3){
const err5 = {instancePath,keyword:"if",params:{failingKeyword: "then"},parentSchema:schema41.allOf[1],data};
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
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing3;
if((((data.method === undefined) && (missing3 = "method")) || ((data.hash_type === undefined) && (missing3 = "hash_type"))) || ((data.allow_symlinks === undefined) && (missing3 = "allow_symlinks"))){
validate21.errors = [{instancePath,keyword:"required",params:{missingProperty: missing3},parentSchema:schema41,data}];
return false;
}
else {
if(data.method !== undefined){
let data3 = data.method;
const _errs16 = errors;
if(!((data3 === "files") || (data3 === "shards"))){
validate21.errors = [{instancePath:instancePath+"/method",keyword:"enum",params:{allowedValues: schema41.properties.method.enum},parentSchema:schema41.properties.method,data:data3}];
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
validate21.errors = [{instancePath:instancePath+"/hash_type",keyword:"enum",params:{allowedValues: schema42.enum},parentSchema:schema42,data:data4}];
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
validate21.errors = [{instancePath:instancePath+"/allow_symlinks",keyword:"type",params:{type: "boolean"},parentSchema:schema41.properties.allow_symlinks,data:data5}];
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
validate21.errors = [{instancePath:instancePath+"/shard_size",keyword:"type",params:{type: "integer"},parentSchema:schema41.properties.shard_size,data:data6}];
return false;
}
if(errors === _errs24){
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 > 9007199254740991 || isNaN(data6)){
validate21.errors = [{instancePath:instancePath+"/shard_size",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},schema:9007199254740991,parentSchema:schema41.properties.shard_size,data:data6}];
return false;
}
else {
if(data6 < 1 || isNaN(data6)){
validate21.errors = [{instancePath:instancePath+"/shard_size",keyword:"minimum",params:{comparison: ">=", limit: 1},schema:1,parentSchema:schema41.properties.shard_size,data:data6}];
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
validate21.errors = [{instancePath:instancePath+"/ignore_paths/" + i0,keyword:"type",params:{type: "string"},parentSchema:schema43,data:data8}];
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
validate21.errors = [{instancePath:instancePath+"/ignore_paths/" + i0,keyword:"not",params:{},parentSchema:schema43,data:data8}];
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
validate21.errors = [{instancePath:instancePath+"/ignore_paths",keyword:"type",params:{type: "array"},parentSchema:schema41.properties.ignore_paths,data:data7}];
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
validate21.errors = [{instancePath,keyword:"type",params:{type: "object"},parentSchema:schema41,data}];
return false;
}
}
validate21.errors = vErrors;
return errors === 0;
}

const schema44 = {"$comment":"OMS-RES-2","title":"ResourceDescriptor","description":"a descriptor with name, digest and algorithm","type":"object","required":["name","digest","algorithm"],"properties":{"name":{"$ref":"#/$defs/resourceName"},"digest":{"$comment":"OMS-RES-4","description":"a digest: lowercase hexadecimal digits, as many as the algorithm gives","type":"string"},"algorithm":{"$comment":"OMS-RES-2: which algorithm is OMS-RES-6","description":"the name of the digest's algorithm","type":"string"}}};
const schema45 = {"$comment":"OMS-NAME-6: the single name \".\" is historical, and when it is fine is a semantic rule (OMS-NAME-10)","description":"a canonical name: relative, components separated by one \"/\", none of them empty, \".\" or \"..\", and no NUL","type":"string","anyOf":[{"$ref":"#/$defs/canonicalName"},{"const":"."}]};
const schema46 = {"$comment":"OMS-NAME-6","description":"a canonical name: relative, components separated by one \"/\", none of them empty, \".\" or \"..\", and no NUL","type":"string","not":{"pattern":"(?:^|/)\\.{0,2}(?:/|$)|\\u0000"}};
const pattern14 = new RegExp("(?:^|/)\\.{0,2}(?:/|$)|\\u0000", "u");

function validate24(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data !== "string"){
validate24.errors = [{instancePath,keyword:"type",params:{type: "string"},parentSchema:schema45,data}];
return false;
}
const _errs2 = errors;
let valid0 = false;
const _errs3 = errors;
if(typeof data !== "string"){
const err0 = {instancePath,keyword:"type",params:{type: "string"},parentSchema:schema46,data};
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
const err2 = {instancePath,keyword:"not",params:{},parentSchema:schema46,data};
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
if(!valid0){
const _errs9 = errors;
if("." !== data){
const err3 = {instancePath,keyword:"const",params:{allowedValue: "."},schema:".",parentSchema:schema45.anyOf[1],data};
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
}
if(!valid0){
const err4 = {instancePath,keyword:"anyOf",params:{},parentSchema:schema45,data};
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


function validate23(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.name === undefined) && (missing0 = "name")) || ((data.digest === undefined) && (missing0 = "digest"))) || ((data.algorithm === undefined) && (missing0 = "algorithm"))){
validate23.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0},parentSchema:schema44,data}];
return false;
}
else {
if(data.name !== undefined){
const _errs2 = errors;
if(!(validate24(data.name, {instancePath:instancePath+"/name",parentData:data,parentDataProperty:"name",rootData}))){
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
validate23.errors = [{instancePath:instancePath+"/digest",keyword:"type",params:{type: "string"},parentSchema:schema44.properties.digest,data:data1}];
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
validate23.errors = [{instancePath:instancePath+"/algorithm",keyword:"type",params:{type: "string"},parentSchema:schema44.properties.algorithm,data:data2}];
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
validate23.errors = [{instancePath,keyword:"type",params:{type: "object"},parentSchema:schema44,data}];
return false;
}
}
validate23.errors = vErrors;
return errors === 0;
}

const func1 = (text) => { let length = 0; for (const _ of text) length += 1; return length; };

function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="https://model-signing.example/spec/v1.1/predicate.schema.json" */;
let vErrors = null;
let errors = 0;
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
const _errs10 = errors;
let valid6 = true;
const _errs11 = errors;
if(!(rootData === "shell")){
const err3 = {};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
var _valid1 = _errs11 === errors;
errors = _errs10;
if(vErrors !== null){
if(_errs10){
vErrors.length = _errs10;
}
else {
vErrors = null;
}
}
if(!_valid1){
const _errs12 = errors;
if(Array.isArray(data2)){
var valid7 = true;
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
const _errs13 = errors;
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
if(data3.algorithm !== undefined){
let data4 = data3.algorithm;
const _errs14 = errors;
if(errors === _errs14){
if(typeof data4 === "string"){
if(!pattern4.test(data4)){
validate20.errors = [{instancePath:instancePath+"/resources/" + i0+"/algorithm",keyword:"pattern",params:{pattern: "^sha256(?:-sharded-[1-9][0-9]{0,15})?$"},schema:"^sha256(?:-sharded-[1-9][0-9]{0,15})?$",parentSchema:schema31.allOf[0].then.properties.resources.else.items.properties.algorithm,data:data4}];
return false;
}
}
}
var valid8 = _errs14 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data3.digest !== undefined){
let data5 = data3.digest;
const _errs16 = errors;
const _errs17 = errors;
if(errors === _errs17){
if(typeof data5 === "string"){
if(!pattern5.test(data5)){
validate20.errors = [{instancePath:instancePath+"/resources/" + i0+"/digest",keyword:"pattern",params:{pattern: "^[0-9a-f]{64}$"},schema:"^[0-9a-f]{64}$",parentSchema:schema33,data:data5}];
return false;
}
}
}
var valid8 = _errs16 === errors;
}
else {
var valid8 = true;
}
}
}
var valid7 = _errs13 === errors;
if(!valid7){
break;
}
}
}
var _valid1 = _errs12 === errors;
valid6 = _valid1;
}
if(!valid6){
const err4 = {instancePath:instancePath+"/resources",keyword:"if",params:{failingKeyword: "else"},parentSchema:schema31.allOf[0].then.properties.resources,data:data2};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
validate20.errors = vErrors;
return false;
}
}
}
var _valid0 = _errs8 === errors;
valid1 = _valid0;
}
if(!valid1){
const err5 = {instancePath,keyword:"if",params:{failingKeyword: "then"},parentSchema:schema31.allOf[0],data};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
validate20.errors = vErrors;
return false;
}
var valid0 = _errs2 === errors;
if(valid0){
const _errs19 = errors;
const _errs20 = errors;
let valid10 = true;
const _errs21 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing2;
if((data.serialization === undefined) && (missing2 = "serialization")){
const err6 = {};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
else {
if(data.serialization !== undefined){
let data6 = data.serialization;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing3;
if((data6.hash_type === undefined) && (missing3 = "hash_type")){
const err7 = {};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
else {
if(data6.hash_type !== undefined){
if("blake2b" !== data6.hash_type){
const err8 = {};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
}
}
}
}
var _valid2 = _errs21 === errors;
errors = _errs20;
if(vErrors !== null){
if(_errs20){
vErrors.length = _errs20;
}
else {
vErrors = null;
}
}
if(_valid2){
const _errs25 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.resources !== undefined){
let data8 = data.resources;
const _errs27 = errors;
let valid15 = true;
const _errs28 = errors;
if(!(rootData === "shell")){
const err9 = {};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
var _valid3 = _errs28 === errors;
errors = _errs27;
if(vErrors !== null){
if(_errs27){
vErrors.length = _errs27;
}
else {
vErrors = null;
}
}
if(!_valid3){
const _errs29 = errors;
if(Array.isArray(data8)){
var valid16 = true;
const len1 = data8.length;
for(let i1=0; i1<len1; i1++){
let data9 = data8[i1];
const _errs30 = errors;
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
if(data9.algorithm !== undefined){
let data10 = data9.algorithm;
const _errs31 = errors;
if(errors === _errs31){
if(typeof data10 === "string"){
if(!pattern6.test(data10)){
validate20.errors = [{instancePath:instancePath+"/resources/" + i1+"/algorithm",keyword:"pattern",params:{pattern: "^blake2b(?:-sharded-[1-9][0-9]{0,15})?$"},schema:"^blake2b(?:-sharded-[1-9][0-9]{0,15})?$",parentSchema:schema31.allOf[1].then.properties.resources.else.items.properties.algorithm,data:data10}];
return false;
}
}
}
var valid17 = _errs31 === errors;
}
else {
var valid17 = true;
}
if(valid17){
if(data9.digest !== undefined){
let data11 = data9.digest;
const _errs33 = errors;
const _errs34 = errors;
if(errors === _errs34){
if(typeof data11 === "string"){
if(!pattern7.test(data11)){
validate20.errors = [{instancePath:instancePath+"/resources/" + i1+"/digest",keyword:"pattern",params:{pattern: "^[0-9a-f]{128}$"},schema:"^[0-9a-f]{128}$",parentSchema:schema35,data:data11}];
return false;
}
}
}
var valid17 = _errs33 === errors;
}
else {
var valid17 = true;
}
}
}
var valid16 = _errs30 === errors;
if(!valid16){
break;
}
}
}
var _valid3 = _errs29 === errors;
valid15 = _valid3;
}
if(!valid15){
const err10 = {instancePath:instancePath+"/resources",keyword:"if",params:{failingKeyword: "else"},parentSchema:schema31.allOf[1].then.properties.resources,data:data8};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
validate20.errors = vErrors;
return false;
}
}
}
var _valid2 = _errs25 === errors;
valid10 = _valid2;
}
if(!valid10){
const err11 = {instancePath,keyword:"if",params:{failingKeyword: "then"},parentSchema:schema31.allOf[1],data};
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
var valid0 = _errs19 === errors;
if(valid0){
const _errs36 = errors;
const _errs37 = errors;
let valid19 = true;
const _errs38 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing4;
if((data.serialization === undefined) && (missing4 = "serialization")){
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
let data12 = data.serialization;
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
let missing5;
if((data12.hash_type === undefined) && (missing5 = "hash_type")){
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
if(data12.hash_type !== undefined){
if("blake3" !== data12.hash_type){
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
var _valid4 = _errs38 === errors;
errors = _errs37;
if(vErrors !== null){
if(_errs37){
vErrors.length = _errs37;
}
else {
vErrors = null;
}
}
if(_valid4){
const _errs42 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.resources !== undefined){
let data14 = data.resources;
const _errs44 = errors;
let valid24 = true;
const _errs45 = errors;
if(!(rootData === "shell")){
const err15 = {};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
var _valid5 = _errs45 === errors;
errors = _errs44;
if(vErrors !== null){
if(_errs44){
vErrors.length = _errs44;
}
else {
vErrors = null;
}
}
if(!_valid5){
const _errs46 = errors;
if(Array.isArray(data14)){
var valid25 = true;
const len2 = data14.length;
for(let i2=0; i2<len2; i2++){
let data15 = data14[i2];
const _errs47 = errors;
if(data15 && typeof data15 == "object" && !Array.isArray(data15)){
if(data15.algorithm !== undefined){
let data16 = data15.algorithm;
const _errs48 = errors;
if(errors === _errs48){
if(typeof data16 === "string"){
if(!pattern8.test(data16)){
validate20.errors = [{instancePath:instancePath+"/resources/" + i2+"/algorithm",keyword:"pattern",params:{pattern: "^blake3(?:-sharded-[1-9][0-9]{0,15})?$"},schema:"^blake3(?:-sharded-[1-9][0-9]{0,15})?$",parentSchema:schema31.allOf[2].then.properties.resources.else.items.properties.algorithm,data:data16}];
return false;
}
}
}
var valid26 = _errs48 === errors;
}
else {
var valid26 = true;
}
if(valid26){
if(data15.digest !== undefined){
let data17 = data15.digest;
const _errs50 = errors;
const _errs51 = errors;
if(errors === _errs51){
if(typeof data17 === "string"){
if(!pattern5.test(data17)){
validate20.errors = [{instancePath:instancePath+"/resources/" + i2+"/digest",keyword:"pattern",params:{pattern: "^[0-9a-f]{64}$"},schema:"^[0-9a-f]{64}$",parentSchema:schema33,data:data17}];
return false;
}
}
}
var valid26 = _errs50 === errors;
}
else {
var valid26 = true;
}
}
}
var valid25 = _errs47 === errors;
if(!valid25){
break;
}
}
}
var _valid5 = _errs46 === errors;
valid24 = _valid5;
}
if(!valid24){
const err16 = {instancePath:instancePath+"/resources",keyword:"if",params:{failingKeyword: "else"},parentSchema:schema31.allOf[2].then.properties.resources,data:data14};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
validate20.errors = vErrors;
return false;
}
}
}
var _valid4 = _errs42 === errors;
valid19 = _valid4;
}
if(!valid19){
const err17 = {instancePath,keyword:"if",params:{failingKeyword: "then"},parentSchema:schema31.allOf[2],data};
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
var valid0 = _errs36 === errors;
if(valid0){
const _errs53 = errors;
const _errs54 = errors;
let valid28 = true;
const _errs55 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing6;
if((data.serialization === undefined) && (missing6 = "serialization")){
const err18 = {};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
else {
if(data.serialization !== undefined){
let data18 = data.serialization;
if(data18 && typeof data18 == "object" && !Array.isArray(data18)){
let missing7;
if((data18.method === undefined) && (missing7 = "method")){
const err19 = {};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
else {
if(data18.method !== undefined){
if("shards" !== data18.method){
const err20 = {};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
}
}
}
}
}
var _valid6 = _errs55 === errors;
errors = _errs54;
if(vErrors !== null){
if(_errs54){
vErrors.length = _errs54;
}
else {
vErrors = null;
}
}
let ifClause0;
if(_valid6){
const _errs59 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.resources !== undefined){
let data20 = data.resources;
const _errs61 = errors;
let valid33 = true;
const _errs62 = errors;
if(!(rootData === "shell")){
const err21 = {};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
var _valid7 = _errs62 === errors;
errors = _errs61;
if(vErrors !== null){
if(_errs61){
vErrors.length = _errs61;
}
else {
vErrors = null;
}
}
if(!_valid7){
const _errs63 = errors;
if(Array.isArray(data20)){
var valid34 = true;
const len3 = data20.length;
for(let i3=0; i3<len3; i3++){
let data21 = data20[i3];
const _errs64 = errors;
if(data21 && typeof data21 == "object" && !Array.isArray(data21)){
if(data21.name !== undefined){
let data22 = data21.name;
const _errs66 = errors;
const _errs70 = errors;
const _errs71 = errors;
if(typeof data22 === "string"){
if(!pattern10.test(data22)){
const err22 = {};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
var valid38 = _errs71 === errors;
if(valid38){
validate20.errors = [{instancePath:instancePath+"/resources/" + i3+"/name",keyword:"not",params:{},parentSchema:schema39.allOf[0],data:data22}];
return false;
}
else {
errors = _errs70;
if(vErrors !== null){
if(_errs70){
vErrors.length = _errs70;
}
else {
vErrors = null;
}
}
}
if(errors === _errs66){
if(typeof data22 === "string"){
if(!pattern11.test(data22)){
validate20.errors = [{instancePath:instancePath+"/resources/" + i3+"/name",keyword:"pattern",params:{pattern: "[^/]:(?:0|[1-9][0-9]*):[1-9][0-9]*$"},schema:"[^/]:(?:0|[1-9][0-9]*):[1-9][0-9]*$",parentSchema:schema39,data:data22}];
return false;
}
}
}
}
}
var valid34 = _errs64 === errors;
if(!valid34){
break;
}
}
}
var _valid7 = _errs63 === errors;
valid33 = _valid7;
}
if(!valid33){
const err23 = {instancePath:instancePath+"/resources",keyword:"if",params:{failingKeyword: "else"},parentSchema:schema31.allOf[3].then.properties.resources,data:data20};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
validate20.errors = vErrors;
return false;
}
}
}
var _valid6 = _errs59 === errors;
valid28 = _valid6;
ifClause0 = "then";
}
else {
const _errs72 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.resources !== undefined){
let data23 = data.resources;
const _errs74 = errors;
let valid40 = true;
const _errs75 = errors;
if(!(rootData === "shell")){
const err24 = {};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
var _valid8 = _errs75 === errors;
errors = _errs74;
if(vErrors !== null){
if(_errs74){
vErrors.length = _errs74;
}
else {
vErrors = null;
}
}
if(!_valid8){
const _errs76 = errors;
if(Array.isArray(data23)){
var valid41 = true;
const len4 = data23.length;
for(let i4=0; i4<len4; i4++){
let data24 = data23[i4];
const _errs77 = errors;
if(data24 && typeof data24 == "object" && !Array.isArray(data24)){
if(data24.algorithm !== undefined){
let data25 = data24.algorithm;
const _errs81 = errors;
const _errs82 = errors;
if(typeof data25 === "string"){
if(!pattern12.test(data25)){
const err25 = {};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
var valid44 = _errs82 === errors;
if(valid44){
validate20.errors = [{instancePath:instancePath+"/resources/" + i4+"/algorithm",keyword:"not",params:{},parentSchema:schema40,data:data25}];
return false;
}
else {
errors = _errs81;
if(vErrors !== null){
if(_errs81){
vErrors.length = _errs81;
}
else {
vErrors = null;
}
}
}
}
}
var valid41 = _errs77 === errors;
if(!valid41){
break;
}
}
}
var _valid8 = _errs76 === errors;
valid40 = _valid8;
}
if(!valid40){
const err26 = {instancePath:instancePath+"/resources",keyword:"if",params:{failingKeyword: "else"},parentSchema:schema31.allOf[3].else.properties.resources,data:data23};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
validate20.errors = vErrors;
return false;
}
}
}
var _valid6 = _errs72 === errors;
valid28 = _valid6;
ifClause0 = "else";
}
if(!valid28){
const err27 = {instancePath,keyword:"if",params:{failingKeyword: ifClause0},parentSchema:schema31.allOf[3],data};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
validate20.errors = vErrors;
return false;
}
var valid0 = _errs53 === errors;
}
}
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing8;
if(((data.serialization === undefined) && (missing8 = "serialization")) || ((data.resources === undefined) && (missing8 = "resources"))){
validate20.errors = [{instancePath,keyword:"required",params:{missingProperty: missing8},parentSchema:schema31,data}];
return false;
}
else {
if(data.serialization !== undefined){
const _errs83 = errors;
if(!(validate21(data.serialization, {instancePath:instancePath+"/serialization",parentData:data,parentDataProperty:"serialization",rootData}))){
vErrors = vErrors === null ? validate21.errors : vErrors.concat(validate21.errors);
errors = vErrors.length;
}
var valid45 = _errs83 === errors;
}
else {
var valid45 = true;
}
if(valid45){
if(data.resources !== undefined){
let data27 = data.resources;
const _errs84 = errors;
const _errs87 = errors;
let valid46 = true;
const _errs88 = errors;
if(!(rootData === "shell")){
const err28 = {};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
var _valid9 = _errs88 === errors;
errors = _errs87;
if(vErrors !== null){
if(_errs87){
vErrors.length = _errs87;
}
else {
vErrors = null;
}
}
if(!_valid9){
const _errs89 = errors;
if(Array.isArray(data27)){
var valid47 = true;
const len5 = data27.length;
for(let i5=0; i5<len5; i5++){
const _errs90 = errors;
if(!(validate23(data27[i5], {instancePath:instancePath+"/resources/" + i5,parentData:data27,parentDataProperty:i5,rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
var valid47 = _errs90 === errors;
if(!valid47){
break;
}
}
}
var _valid9 = _errs89 === errors;
valid46 = _valid9;
}
if(!valid46){
const err29 = {instancePath:instancePath+"/resources",keyword:"if",params:{failingKeyword: "else"},parentSchema:schema31.properties.resources,data:data27};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
validate20.errors = vErrors;
return false;
}
if(errors === _errs84){
if(Array.isArray(data27)){
if(data27.length < 1){
validate20.errors = [{instancePath:instancePath+"/resources",keyword:"minItems",params:{limit: 1},schema:1,parentSchema:schema31.properties.resources,data:data27}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/resources",keyword:"type",params:{type: "array"},parentSchema:schema31.properties.resources,data:data27}];
return false;
}
}
var valid45 = _errs84 === errors;
}
else {
var valid45 = true;
}
if(valid45){
if(data.annotations !== undefined){
let data29 = data.annotations;
const _errs91 = errors;
const _errs92 = errors;
if(errors === _errs92){
if(data29 && typeof data29 == "object" && !Array.isArray(data29)){
if(Object.keys(data29).length > 64){
validate20.errors = [{instancePath:instancePath+"/annotations",keyword:"maxProperties",params:{limit: 64},schema:64,parentSchema:schema47,data:data29}];
return false;
}
else {
for(const key0 in data29){
const _errs95 = errors;
if(errors === _errs95){
if(typeof key0 === "string"){
if(!pattern15.test(key0)){
const err30 = {instancePath:instancePath+"/annotations",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9._/-]{0,127}$"},schema:"^[a-z][a-z0-9._/-]{0,127}$",parentSchema:schema47.propertyNames,data:key0,propertyName:key0};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
}
var valid49 = _errs95 === errors;
if(!valid49){
const err31 = {instancePath:instancePath+"/annotations",keyword:"propertyNames",params:{propertyName: key0},parentSchema:schema47,data:data29};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
validate20.errors = vErrors;
return false;
break;
}
}
if(valid49){
for(const key1 in data29){
let data30 = data29[key1];
const _errs98 = errors;
if(errors === _errs98){
if(typeof data30 === "string"){
if(func1(data30) > 4096){
validate20.errors = [{instancePath:instancePath+"/annotations/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),keyword:"maxLength",params:{limit: 4096},schema:4096,parentSchema:schema47.additionalProperties,data:data30}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/annotations/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),keyword:"type",params:{type: "string"},parentSchema:schema47.additionalProperties,data:data30}];
return false;
}
}
var valid50 = _errs98 === errors;
if(!valid50){
break;
}
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/annotations",keyword:"type",params:{type: "object"},parentSchema:schema47,data:data29}];
return false;
}
}
var valid45 = _errs91 === errors;
}
else {
var valid45 = true;
}
}
}
}
}
else {
validate20.errors = [{instancePath,keyword:"type",params:{type: "object"},parentSchema:schema31,data}];
return false;
}
}
validate20.errors = vErrors;
return errors === 0;
}

export const predicateProduced = validate27;
const schema48 = {"$comment":"OMS-BUNDLE-8","allOf":[{"$ref":"#"},{"$comment":"OMS-BUNDLE-8","type":"object","properties":{"serialization":{"$comment":"OMS-BUNDLE-8","type":"object","properties":{"method":true,"hash_type":true,"allow_symlinks":true,"shard_size":true,"ignore_paths":true},"additionalProperties":false},"resources":{"$comment":"OMS-RES-7","type":"array","if":{"shell":true},"else":{"items":{"$comment":"OMS-BUNDLE-8","type":"object","properties":{"name":{"$comment":"OMS-NAME-4","description":"the file's basename as the name of a single-file model","not":{"const":"."}},"digest":true,"algorithm":{"$ref":"#/$defs/plainAlgorithm"}},"additionalProperties":false}}},"annotations":true},"additionalProperties":false,"if":{"$ref":"#/$defs/sharded"},"then":{"properties":{"resources":{"if":{"shell":true},"else":{"items":{"properties":{"name":{"$comment":"OMS-NAME-4","description":"the file's basename in the shards of a single-file model","not":{"pattern":"^\\.:[0-9]+:[0-9]+$"}}}}}}}}}]};
const root0 = {validate: validate20};
const pattern16 = new RegExp("^\\.:[0-9]+:[0-9]+$", "u");

function validate27(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
const _errs1 = errors;
if(!(root0.validate(data, {instancePath,parentData,parentDataProperty,rootData}))){
vErrors = vErrors === null ? root0.validate.errors : vErrors.concat(root0.validate.errors);
errors = vErrors.length;
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
const _errs12 = errors;
let valid6 = true;
const _errs13 = errors;
if(!(rootData === "shell")){
const err3 = {};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
var _valid1 = _errs13 === errors;
errors = _errs12;
if(vErrors !== null){
if(_errs12){
vErrors.length = _errs12;
}
else {
vErrors = null;
}
}
if(!_valid1){
const _errs14 = errors;
if(Array.isArray(data2)){
var valid7 = true;
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
const _errs15 = errors;
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
if(data3.name !== undefined){
let data4 = data3.name;
const _errs18 = errors;
const _errs19 = errors;
if(typeof data4 === "string"){
if(!pattern16.test(data4)){
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
var valid9 = _errs19 === errors;
if(valid9){
validate27.errors = [{instancePath:instancePath+"/resources/" + i0+"/name",keyword:"not",params:{},parentSchema:schema48.allOf[1].then.properties.resources.else.items.properties.name,data:data4}];
return false;
}
else {
errors = _errs18;
if(vErrors !== null){
if(_errs18){
vErrors.length = _errs18;
}
else {
vErrors = null;
}
}
}
}
}
var valid7 = _errs15 === errors;
if(!valid7){
break;
}
}
}
var _valid1 = _errs14 === errors;
valid6 = _valid1;
}
if(!valid6){
const err5 = {instancePath:instancePath+"/resources",keyword:"if",params:{failingKeyword: "else"},parentSchema:schema48.allOf[1].then.properties.resources,data:data2};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
validate27.errors = vErrors;
return false;
}
}
}
var _valid0 = _errs10 === errors;
valid1 = _valid0;
}
if(!valid1){
const err6 = {instancePath,keyword:"if",params:{failingKeyword: "then"},parentSchema:schema48.allOf[1],data};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
validate27.errors = vErrors;
return false;
}
if(errors === _errs2){
if(data && typeof data == "object" && !Array.isArray(data)){
const _errs20 = errors;
for(const key0 in data){
if(!(((key0 === "serialization") || (key0 === "resources")) || (key0 === "annotations"))){
validate27.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0},schema:false,parentSchema:schema48.allOf[1],data}];
return false;
break;
}
}
if(_errs20 === errors){
if(data.serialization !== undefined){
let data5 = data.serialization;
const _errs21 = errors;
if(errors === _errs21){
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
for(const key1 in data5){
if(!(((((key1 === "method") || (key1 === "hash_type")) || (key1 === "allow_symlinks")) || (key1 === "shard_size")) || (key1 === "ignore_paths"))){
validate27.errors = [{instancePath:instancePath+"/serialization",keyword:"additionalProperties",params:{additionalProperty: key1},schema:false,parentSchema:schema48.allOf[1].properties.serialization,data:data5}];
return false;
break;
}
}
}
else {
validate27.errors = [{instancePath:instancePath+"/serialization",keyword:"type",params:{type: "object"},parentSchema:schema48.allOf[1].properties.serialization,data:data5}];
return false;
}
}
var valid10 = _errs21 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data.resources !== undefined){
let data6 = data.resources;
const _errs25 = errors;
if(!(Array.isArray(data6))){
validate27.errors = [{instancePath:instancePath+"/resources",keyword:"type",params:{type: "array"},parentSchema:schema48.allOf[1].properties.resources,data:data6}];
return false;
}
const _errs28 = errors;
let valid11 = true;
const _errs29 = errors;
if(!(rootData === "shell")){
const err7 = {};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
var _valid2 = _errs29 === errors;
errors = _errs28;
if(vErrors !== null){
if(_errs28){
vErrors.length = _errs28;
}
else {
vErrors = null;
}
}
if(!_valid2){
const _errs30 = errors;
if(Array.isArray(data6)){
var valid12 = true;
const len1 = data6.length;
for(let i1=0; i1<len1; i1++){
let data7 = data6[i1];
const _errs31 = errors;
if(errors === _errs31){
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
const _errs34 = errors;
for(const key2 in data7){
if(!(((key2 === "name") || (key2 === "digest")) || (key2 === "algorithm"))){
validate27.errors = [{instancePath:instancePath+"/resources/" + i1,keyword:"additionalProperties",params:{additionalProperty: key2},schema:false,parentSchema:schema48.allOf[1].properties.resources.else.items,data:data7}];
return false;
break;
}
}
if(_errs34 === errors){
if(data7.name !== undefined){
let data8 = data7.name;
const _errs35 = errors;
const _errs37 = errors;
const _errs38 = errors;
if("." !== data8){
const err8 = {};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
var valid14 = _errs38 === errors;
if(valid14){
validate27.errors = [{instancePath:instancePath+"/resources/" + i1+"/name",keyword:"not",params:{},parentSchema:schema48.allOf[1].properties.resources.else.items.properties.name,data:data8}];
return false;
}
else {
errors = _errs37;
if(vErrors !== null){
if(_errs37){
vErrors.length = _errs37;
}
else {
vErrors = null;
}
}
}
var valid13 = _errs35 === errors;
}
else {
var valid13 = true;
}
if(valid13){
if(data7.algorithm !== undefined){
let data9 = data7.algorithm;
const _errs39 = errors;
const _errs42 = errors;
const _errs43 = errors;
if(typeof data9 === "string"){
if(!pattern12.test(data9)){
const err9 = {};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
var valid16 = _errs43 === errors;
if(valid16){
validate27.errors = [{instancePath:instancePath+"/resources/" + i1+"/algorithm",keyword:"not",params:{},parentSchema:schema40,data:data9}];
return false;
}
else {
errors = _errs42;
if(vErrors !== null){
if(_errs42){
vErrors.length = _errs42;
}
else {
vErrors = null;
}
}
}
var valid13 = _errs39 === errors;
}
else {
var valid13 = true;
}
}
}
}
else {
validate27.errors = [{instancePath:instancePath+"/resources/" + i1,keyword:"type",params:{type: "object"},parentSchema:schema48.allOf[1].properties.resources.else.items,data:data7}];
return false;
}
}
var valid12 = _errs31 === errors;
if(!valid12){
break;
}
}
}
var _valid2 = _errs30 === errors;
valid11 = _valid2;
}
if(!valid11){
const err10 = {instancePath:instancePath+"/resources",keyword:"if",params:{failingKeyword: "else"},parentSchema:schema48.allOf[1].properties.resources,data:data6};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
validate27.errors = vErrors;
return false;
}
var valid10 = _errs25 === errors;
}
else {
var valid10 = true;
}
}
}
}
else {
validate27.errors = [{instancePath,keyword:"type",params:{type: "object"},parentSchema:schema48.allOf[1],data}];
return false;
}
}
var valid0 = _errs2 === errors;
}
validate27.errors = vErrors;
return errors === 0;
}

export const statement = validate28;
const schema51 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://model-signing.example/spec/v1.1/statement.schema.json","$comment":"OMS-STMT-6","title":"Statement","description":"an in-toto statement: the model's name and root digest, and the predicate","type":"object","required":["_type","predicateType","subject","predicate"],"properties":{"_type":{"$comment":"OMS-STMT-2","description":"the type of an in-toto statement, version 1","const":"https://in-toto.io/Statement/v1"},"predicateType":{"$comment":"OMS-STMT-4","description":"the predicate type of this version, and of no other","const":"https://model-signing.example/draft/signature/v1.1"},"subject":{"$comment":"OMS-SUBJECT-2","description":"an array of exactly one subject","type":"array","minItems":1,"maxItems":1,"items":{"$ref":"#/$defs/subject"}},"predicate":{"$ref":"predicate.schema.json"}}};
const schema52 = {"$comment":"OMS-STMT-6","title":"Subject","description":"a subject: the name a model goes by and its root digest","type":"object","required":["name","digest"],"properties":{"name":{"$comment":"OMS-SUBJECT-4","description":"a string that is not empty","type":"string","minLength":1},"digest":{"$ref":"#/$defs/rootDigest"}}};
const schema53 = {"$comment":"OMS-ROOT-3","title":"RootDigest","description":"an object that holds the root digest under \"sha256\"","type":"object","required":["sha256"],"properties":{"sha256":{"$comment":"OMS-ROOT-3","description":"a root digest: 64 lowercase hexadecimal digits","type":"string","pattern":"^[0-9a-f]{64}$"}}};

function validate29(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.name === undefined) && (missing0 = "name")) || ((data.digest === undefined) && (missing0 = "digest"))){
validate29.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0},parentSchema:schema52,data}];
return false;
}
else {
if(data.name !== undefined){
let data0 = data.name;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(func1(data0) < 1){
validate29.errors = [{instancePath:instancePath+"/name",keyword:"minLength",params:{limit: 1},schema:1,parentSchema:schema52.properties.name,data:data0}];
return false;
}
}
else {
validate29.errors = [{instancePath:instancePath+"/name",keyword:"type",params:{type: "string"},parentSchema:schema52.properties.name,data:data0}];
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
validate29.errors = [{instancePath:instancePath+"/digest",keyword:"required",params:{missingProperty: missing1},parentSchema:schema53,data:data1}];
return false;
}
else {
if(data1.sha256 !== undefined){
let data2 = data1.sha256;
const _errs9 = errors;
if(errors === _errs9){
if(typeof data2 === "string"){
if(!pattern5.test(data2)){
validate29.errors = [{instancePath:instancePath+"/digest/sha256",keyword:"pattern",params:{pattern: "^[0-9a-f]{64}$"},schema:"^[0-9a-f]{64}$",parentSchema:schema53.properties.sha256,data:data2}];
return false;
}
}
else {
validate29.errors = [{instancePath:instancePath+"/digest/sha256",keyword:"type",params:{type: "string"},parentSchema:schema53.properties.sha256,data:data2}];
return false;
}
}
}
}
}
else {
validate29.errors = [{instancePath:instancePath+"/digest",keyword:"type",params:{type: "object"},parentSchema:schema53,data:data1}];
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
validate29.errors = [{instancePath,keyword:"type",params:{type: "object"},parentSchema:schema52,data}];
return false;
}
}
validate29.errors = vErrors;
return errors === 0;
}


function validate28(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="https://model-signing.example/spec/v1.1/statement.schema.json" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((data._type === undefined) && (missing0 = "_type")) || ((data.predicateType === undefined) && (missing0 = "predicateType"))) || ((data.subject === undefined) && (missing0 = "subject"))) || ((data.predicate === undefined) && (missing0 = "predicate"))){
validate28.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0},parentSchema:schema51,data}];
return false;
}
else {
if(data._type !== undefined){
let data0 = data._type;
const _errs2 = errors;
if("https://in-toto.io/Statement/v1" !== data0){
validate28.errors = [{instancePath:instancePath+"/_type",keyword:"const",params:{allowedValue: "https://in-toto.io/Statement/v1"},schema:"https://in-toto.io/Statement/v1",parentSchema:schema51.properties._type,data:data0}];
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
if("https://model-signing.example/draft/signature/v1.1" !== data1){
validate28.errors = [{instancePath:instancePath+"/predicateType",keyword:"const",params:{allowedValue: "https://model-signing.example/draft/signature/v1.1"},schema:"https://model-signing.example/draft/signature/v1.1",parentSchema:schema51.properties.predicateType,data:data1}];
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
validate28.errors = [{instancePath:instancePath+"/subject",keyword:"maxItems",params:{limit: 1},schema:1,parentSchema:schema51.properties.subject,data:data2}];
return false;
}
else {
if(data2.length < 1){
validate28.errors = [{instancePath:instancePath+"/subject",keyword:"minItems",params:{limit: 1},schema:1,parentSchema:schema51.properties.subject,data:data2}];
return false;
}
else {
var valid1 = true;
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
const _errs9 = errors;
if(!(validate29(data2[i0], {instancePath:instancePath+"/subject/" + i0,parentData:data2,parentDataProperty:i0,rootData}))){
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
validate28.errors = [{instancePath:instancePath+"/subject",keyword:"type",params:{type: "array"},parentSchema:schema51.properties.subject,data:data2}];
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
if(!(validate20(data.predicate, {instancePath:instancePath+"/predicate",parentData:data,parentDataProperty:"predicate",rootData}))){
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
validate28.errors = [{instancePath,keyword:"type",params:{type: "object"},parentSchema:schema51,data}];
return false;
}
}
validate28.errors = vErrors;
return errors === 0;
}

export const statementProduced = validate32;
const schema54 = {"$comment":"OMS-BUNDLE-8","allOf":[{"$ref":"#"},{"$comment":"OMS-BUNDLE-8","type":"object","properties":{"_type":true,"predicateType":true,"subject":{"$comment":"OMS-SUBJECT-1","type":"array","items":{"$comment":"OMS-BUNDLE-8: the members that in-toto defines for a resource descriptor","type":"object","properties":{"name":true,"digest":true,"uri":true,"content":true,"downloadLocation":true,"mediaType":true,"annotations":true},"additionalProperties":false}},"predicate":{"$ref":"predicate.schema.json#/$defs/produced"}},"additionalProperties":false}]};
const root1 = {validate: validate28};

function validate32(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
const _errs1 = errors;
if(!(root1.validate(data, {instancePath,parentData,parentDataProperty,rootData}))){
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
validate32.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0},schema:false,parentSchema:schema54.allOf[1],data}];
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
validate32.errors = [{instancePath:instancePath+"/subject/" + i0,keyword:"additionalProperties",params:{additionalProperty: key1},schema:false,parentSchema:schema54.allOf[1].properties.subject.items,data:data1}];
return false;
break;
}
}
}
else {
validate32.errors = [{instancePath:instancePath+"/subject/" + i0,keyword:"type",params:{type: "object"},parentSchema:schema54.allOf[1].properties.subject.items,data:data1}];
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
validate32.errors = [{instancePath:instancePath+"/subject",keyword:"type",params:{type: "array"},parentSchema:schema54.allOf[1].properties.subject,data:data0}];
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
if(!(validate27(data.predicate, {instancePath:instancePath+"/predicate",parentData:data,parentDataProperty:"predicate",rootData}))){
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
validate32.errors = [{instancePath,keyword:"type",params:{type: "object"},parentSchema:schema54.allOf[1],data}];
return false;
}
}
var valid0 = _errs2 === errors;
}
validate32.errors = vErrors;
return errors === 0;
}

export const envelope = validate34;
const schema55 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://model-signing.example/spec/v1.1/envelope.schema.json","$comment":"OMS-BUNDLE-6","title":"Envelope","description":"a DSSE envelope: a payload and one signature over it","type":"object","required":["payload","payloadType","signatures"],"properties":{"payloadType":{"$comment":"OMS-DSSE-2","description":"the payload type of an in-toto statement","const":"application/vnd.in-toto+json"},"payload":{"$comment":"OMS-JSON-6: the alphabet and the place of the padding; whether the length is a multiple of four and the trailing bits are zero is left to the strict decoder, because a counted group overflows the stack of common regular expression engines on a payload of some megabytes","description":"standard Base64 with padding, not empty","type":"string","if":{"shell":true},"else":{"$comment":"OMS-JSON-6: the alphabet and the place of the padding; whether the length is a multiple of four and the trailing bits are zero is left to the strict decoder, because a counted group overflows the stack of common regular expression engines on a payload of some megabytes","description":"standard Base64 with padding, not empty","type":"string","pattern":"^[A-Za-z0-9+/]+={0,2}$"}},"signatures":{"$comment":"OMS-DSSE-5","description":"an array of exactly one signature","type":"array","minItems":1,"maxItems":1,"items":{"$ref":"#/$defs/signature"}}}};
const pattern19 = new RegExp("^[A-Za-z0-9+/]+={0,2}$", "u");
const schema56 = {"$comment":"OMS-BUNDLE-6","title":"Signature","description":"a signature with the member \"sig\"","type":"object","required":["sig"],"properties":{"sig":{"$ref":"#/$defs/base64"},"keyid":{"$comment":"OMS-DSSE-7","description":"a string or null; its value decides nothing","type":["string","null"]}}};
const schema57 = {"$comment":"OMS-JSON-6: the alphabet and the place of the padding; whether the length is a multiple of four and the trailing bits are zero is left to the strict decoder, because a counted group overflows the stack of common regular expression engines on a payload of some megabytes","description":"standard Base64 with padding, not empty","type":"string","pattern":"^[A-Za-z0-9+/]+={0,2}$"};

function validate35(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.sig === undefined) && (missing0 = "sig")){
validate35.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0},parentSchema:schema56,data}];
return false;
}
else {
if(data.sig !== undefined){
let data0 = data.sig;
const _errs2 = errors;
const _errs3 = errors;
if(errors === _errs3){
if(typeof data0 === "string"){
if(!pattern19.test(data0)){
validate35.errors = [{instancePath:instancePath+"/sig",keyword:"pattern",params:{pattern: "^[A-Za-z0-9+/]+={0,2}$"},schema:"^[A-Za-z0-9+/]+={0,2}$",parentSchema:schema57,data:data0}];
return false;
}
}
else {
validate35.errors = [{instancePath:instancePath+"/sig",keyword:"type",params:{type: "string"},parentSchema:schema57,data:data0}];
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
validate35.errors = [{instancePath:instancePath+"/keyid",keyword:"type",params:{type: schema56.properties.keyid.type},parentSchema:schema56.properties.keyid,data:data1}];
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
validate35.errors = [{instancePath,keyword:"type",params:{type: "object"},parentSchema:schema56,data}];
return false;
}
}
validate35.errors = vErrors;
return errors === 0;
}


function validate34(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="https://model-signing.example/spec/v1.1/envelope.schema.json" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.payload === undefined) && (missing0 = "payload")) || ((data.payloadType === undefined) && (missing0 = "payloadType"))) || ((data.signatures === undefined) && (missing0 = "signatures"))){
validate34.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0},parentSchema:schema55,data}];
return false;
}
else {
if(data.payloadType !== undefined){
let data0 = data.payloadType;
const _errs2 = errors;
if("application/vnd.in-toto+json" !== data0){
validate34.errors = [{instancePath:instancePath+"/payloadType",keyword:"const",params:{allowedValue: "application/vnd.in-toto+json"},schema:"application/vnd.in-toto+json",parentSchema:schema55.properties.payloadType,data:data0}];
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
if(typeof data1 !== "string"){
validate34.errors = [{instancePath:instancePath+"/payload",keyword:"type",params:{type: "string"},parentSchema:schema55.properties.payload,data:data1}];
return false;
}
const _errs7 = errors;
let valid1 = true;
const _errs8 = errors;
if(!(rootData === "shell")){
const err0 = {};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
var _valid0 = _errs8 === errors;
errors = _errs7;
if(vErrors !== null){
if(_errs7){
vErrors.length = _errs7;
}
else {
vErrors = null;
}
}
if(!_valid0){
const _errs9 = errors;
if(errors === _errs9){
if(typeof data1 === "string"){
if(!pattern19.test(data1)){
validate34.errors = [{instancePath:instancePath+"/payload",keyword:"pattern",params:{pattern: "^[A-Za-z0-9+/]+={0,2}$"},schema:"^[A-Za-z0-9+/]+={0,2}$",parentSchema:schema55.properties.payload.else,data:data1}];
return false;
}
}
else {
validate34.errors = [{instancePath:instancePath+"/payload",keyword:"type",params:{type: "string"},parentSchema:schema55.properties.payload.else,data:data1}];
return false;
}
}
var _valid0 = _errs9 === errors;
valid1 = _valid0;
}
if(!valid1){
const err1 = {instancePath:instancePath+"/payload",keyword:"if",params:{failingKeyword: "else"},parentSchema:schema55.properties.payload,data:data1};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
validate34.errors = vErrors;
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.signatures !== undefined){
let data2 = data.signatures;
const _errs12 = errors;
if(errors === _errs12){
if(Array.isArray(data2)){
if(data2.length > 1){
validate34.errors = [{instancePath:instancePath+"/signatures",keyword:"maxItems",params:{limit: 1},schema:1,parentSchema:schema55.properties.signatures,data:data2}];
return false;
}
else {
if(data2.length < 1){
validate34.errors = [{instancePath:instancePath+"/signatures",keyword:"minItems",params:{limit: 1},schema:1,parentSchema:schema55.properties.signatures,data:data2}];
return false;
}
else {
var valid2 = true;
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
const _errs15 = errors;
if(!(validate35(data2[i0], {instancePath:instancePath+"/signatures/" + i0,parentData:data2,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
errors = vErrors.length;
}
var valid2 = _errs15 === errors;
if(!valid2){
break;
}
}
}
}
}
else {
validate34.errors = [{instancePath:instancePath+"/signatures",keyword:"type",params:{type: "array"},parentSchema:schema55.properties.signatures,data:data2}];
return false;
}
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
else {
validate34.errors = [{instancePath,keyword:"type",params:{type: "object"},parentSchema:schema55,data}];
return false;
}
}
validate34.errors = vErrors;
return errors === 0;
}

export const envelopeProduced = validate37;
const schema58 = {"$comment":"OMS-BUNDLE-8","allOf":[{"$ref":"#"},{"$comment":"OMS-BUNDLE-8","type":"object","properties":{"payloadType":true,"payload":true,"signatures":{"$comment":"OMS-DSSE-4","type":"array","items":{"$comment":"OMS-DSSE-6","type":"object","required":["keyid"],"properties":{"sig":true,"keyid":{"$comment":"OMS-DSSE-6","description":"the empty string","const":""}},"additionalProperties":false}}},"additionalProperties":false}]};
const root2 = {validate: validate34};

function validate37(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
const _errs1 = errors;
if(!(root2.validate(data, {instancePath,parentData,parentDataProperty,rootData}))){
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
validate37.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0},schema:false,parentSchema:schema58.allOf[1],data}];
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
validate37.errors = [{instancePath:instancePath+"/signatures/" + i0,keyword:"required",params:{missingProperty: missing0},parentSchema:schema58.allOf[1].properties.signatures.items,data:data1}];
return false;
}
else {
const _errs12 = errors;
for(const key1 in data1){
if(!((key1 === "sig") || (key1 === "keyid"))){
validate37.errors = [{instancePath:instancePath+"/signatures/" + i0,keyword:"additionalProperties",params:{additionalProperty: key1},schema:false,parentSchema:schema58.allOf[1].properties.signatures.items,data:data1}];
return false;
break;
}
}
if(_errs12 === errors){
if(data1.keyid !== undefined){
let data2 = data1.keyid;
if("" !== data2){
validate37.errors = [{instancePath:instancePath+"/signatures/" + i0+"/keyid",keyword:"const",params:{allowedValue: ""},schema:"",parentSchema:schema58.allOf[1].properties.signatures.items.properties.keyid,data:data2}];
return false;
}
}
}
}
}
else {
validate37.errors = [{instancePath:instancePath+"/signatures/" + i0,keyword:"type",params:{type: "object"},parentSchema:schema58.allOf[1].properties.signatures.items,data:data1}];
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
validate37.errors = [{instancePath:instancePath+"/signatures",keyword:"type",params:{type: "array"},parentSchema:schema58.allOf[1].properties.signatures,data:data0}];
return false;
}
}
}
}
}
else {
validate37.errors = [{instancePath,keyword:"type",params:{type: "object"},parentSchema:schema58.allOf[1],data}];
return false;
}
}
var valid0 = _errs2 === errors;
}
validate37.errors = vErrors;
return errors === 0;
}

export const bundle = validate38;
const schema59 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://model-signing.example/spec/v1.1/bundle.schema.json","$comment":"OMS-BUNDLE-6","title":"Bundle","description":"a bundle: who signed, and the signed envelope","type":"object","allOf":[{"$comment":"OMS-BUNDLE-3","required":["mediaType"]}],"required":["verificationMaterial","dsseEnvelope"],"properties":{"mediaType":{"$comment":"OMS-BUNDLE-3","description":"the media type of a Sigstore bundle, version 0.3","const":"application/vnd.dev.sigstore.bundle.v0.3+json"},"verificationMaterial":{"$ref":"#/$defs/verificationMaterial"},"dsseEnvelope":{"$ref":"envelope.schema.json"}}};
const schema60 = {"$comment":"OMS-METHOD-2","title":"VerificationMaterial","description":"an object that names the signer in exactly one of the members publicKey, x509CertificateChain and certificate","type":"object","oneOf":[{"required":["publicKey"]},{"required":["x509CertificateChain"]},{"required":["certificate"]}],"properties":{"publicKey":{"$ref":"#/$defs/publicKey"},"x509CertificateChain":{"$ref":"#/$defs/x509CertificateChain"},"certificate":{"$ref":"#/$defs/x509Certificate"},"tlogEntries":{"$comment":"OMS-BUNDLE-6","description":"an array of log entries","type":"array"},"timestampVerificationData":{"$ref":"#/$defs/timestampVerificationData"}},"if":{"required":["certificate"]},"then":{"properties":{"tlogEntries":{"$comment":"OMS-SIGSTORE-3: without this member, the form is a historical one of another method (OMS-HIST-7)","description":"an array of at least one log entry","minItems":1,"items":{"$ref":"#/$defs/logEntry"}}}}};
const schema61 = {"$comment":"OMS-SIGSTORE-4: the members without which no entry can be verified; those that the JSON form of Protocol Buffers omits at their default, such as a logIndex of zero, may be absent","description":"a log entry with logId, kindVersion, canonicalizedBody and a proof or promise of inclusion","type":"object","required":["logId","kindVersion","canonicalizedBody"],"properties":{"logId":{"$comment":"OMS-SIGSTORE-4","description":"an object that identifies the log by keyId","type":"object","required":["keyId"],"properties":{"keyId":{"$ref":"#/$defs/base64"}}},"kindVersion":{"$comment":"OMS-SIGSTORE-4","description":"an object that names the kind and the version of the entry","type":"object","required":["kind","version"],"properties":{"kind":{"$comment":"OMS-SIGSTORE-4","description":"a string","type":"string"},"version":{"$comment":"OMS-SIGSTORE-4","description":"a string","type":"string"}}},"canonicalizedBody":{"$ref":"#/$defs/base64"},"inclusionPromise":{"$comment":"OMS-SIGSTORE-4","description":"an object: the log's promise to include the entry","type":"object"},"inclusionProof":{"$comment":"OMS-SIGSTORE-4","description":"an object: the proof that the log includes the entry","type":"object"}},"anyOf":[{"required":["inclusionProof"]},{"required":["inclusionPromise"]}]};

function validate40(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
const _errs2 = errors;
let valid0 = false;
const _errs3 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.inclusionProof === undefined) && (missing0 = "inclusionProof")){
const err0 = {instancePath,keyword:"required",params:{missingProperty: missing0},parentSchema:schema61.anyOf[0],data};
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
if(!valid0){
const _errs4 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing1;
if((data.inclusionPromise === undefined) && (missing1 = "inclusionPromise")){
const err1 = {instancePath,keyword:"required",params:{missingProperty: missing1},parentSchema:schema61.anyOf[1],data};
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
}
if(!valid0){
const err2 = {instancePath,keyword:"anyOf",params:{},parentSchema:schema61,data};
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
validate40.errors = [{instancePath,keyword:"required",params:{missingProperty: missing2},parentSchema:schema61,data}];
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
validate40.errors = [{instancePath:instancePath+"/logId",keyword:"required",params:{missingProperty: missing3},parentSchema:schema61.properties.logId,data:data0}];
return false;
}
else {
if(data0.keyId !== undefined){
let data1 = data0.keyId;
const _errs9 = errors;
if(errors === _errs9){
if(typeof data1 === "string"){
if(!pattern19.test(data1)){
validate40.errors = [{instancePath:instancePath+"/logId/keyId",keyword:"pattern",params:{pattern: "^[A-Za-z0-9+/]+={0,2}$"},schema:"^[A-Za-z0-9+/]+={0,2}$",parentSchema:schema57,data:data1}];
return false;
}
}
else {
validate40.errors = [{instancePath:instancePath+"/logId/keyId",keyword:"type",params:{type: "string"},parentSchema:schema57,data:data1}];
return false;
}
}
}
}
}
else {
validate40.errors = [{instancePath:instancePath+"/logId",keyword:"type",params:{type: "object"},parentSchema:schema61.properties.logId,data:data0}];
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
validate40.errors = [{instancePath:instancePath+"/kindVersion",keyword:"required",params:{missingProperty: missing4},parentSchema:schema61.properties.kindVersion,data:data2}];
return false;
}
else {
if(data2.kind !== undefined){
let data3 = data2.kind;
const _errs15 = errors;
if(typeof data3 !== "string"){
validate40.errors = [{instancePath:instancePath+"/kindVersion/kind",keyword:"type",params:{type: "string"},parentSchema:schema61.properties.kindVersion.properties.kind,data:data3}];
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
validate40.errors = [{instancePath:instancePath+"/kindVersion/version",keyword:"type",params:{type: "string"},parentSchema:schema61.properties.kindVersion.properties.version,data:data4}];
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
validate40.errors = [{instancePath:instancePath+"/kindVersion",keyword:"type",params:{type: "object"},parentSchema:schema61.properties.kindVersion,data:data2}];
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
if(!pattern19.test(data5)){
validate40.errors = [{instancePath:instancePath+"/canonicalizedBody",keyword:"pattern",params:{pattern: "^[A-Za-z0-9+/]+={0,2}$"},schema:"^[A-Za-z0-9+/]+={0,2}$",parentSchema:schema57,data:data5}];
return false;
}
}
else {
validate40.errors = [{instancePath:instancePath+"/canonicalizedBody",keyword:"type",params:{type: "string"},parentSchema:schema57,data:data5}];
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
validate40.errors = [{instancePath:instancePath+"/inclusionPromise",keyword:"type",params:{type: "object"},parentSchema:schema61.properties.inclusionPromise,data:data6}];
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
validate40.errors = [{instancePath:instancePath+"/inclusionProof",keyword:"type",params:{type: "object"},parentSchema:schema61.properties.inclusionProof,data:data7}];
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
validate40.errors = [{instancePath,keyword:"type",params:{type: "object"},parentSchema:schema61,data}];
return false;
}
}
validate40.errors = vErrors;
return errors === 0;
}

const schema64 = {"$comment":"OMS-KEY-6","title":"PublicKey","description":"an object that identifies the key in exactly one of the members hint and rawBytes","type":"object","oneOf":[{"required":["hint"]},{"required":["rawBytes"]}],"properties":{"hint":{"$comment":"OMS-KEY-5","description":"a key hint: 64 lowercase hexadecimal digits","type":"string","pattern":"^[0-9a-f]{64}$"},"rawBytes":{"$ref":"#/$defs/base64"}}};

function validate42(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
const _errs2 = errors;
let valid0 = false;
let passing0 = null;
const _errs3 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.hint === undefined) && (missing0 = "hint")){
const err0 = {instancePath,keyword:"required",params:{missingProperty: missing0},parentSchema:schema64.oneOf[0],data};
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
const err1 = {instancePath,keyword:"required",params:{missingProperty: missing1},parentSchema:schema64.oneOf[1],data};
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
const err2 = {instancePath,keyword:"oneOf",params:{passingSchemas: passing0},parentSchema:schema64,data};
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
validate42.errors = [{instancePath:instancePath+"/hint",keyword:"pattern",params:{pattern: "^[0-9a-f]{64}$"},schema:"^[0-9a-f]{64}$",parentSchema:schema64.properties.hint,data:data0}];
return false;
}
}
else {
validate42.errors = [{instancePath:instancePath+"/hint",keyword:"type",params:{type: "string"},parentSchema:schema64.properties.hint,data:data0}];
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
if(!pattern19.test(data1)){
validate42.errors = [{instancePath:instancePath+"/rawBytes",keyword:"pattern",params:{pattern: "^[A-Za-z0-9+/]+={0,2}$"},schema:"^[A-Za-z0-9+/]+={0,2}$",parentSchema:schema57,data:data1}];
return false;
}
}
else {
validate42.errors = [{instancePath:instancePath+"/rawBytes",keyword:"type",params:{type: "string"},parentSchema:schema57,data:data1}];
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
validate42.errors = [{instancePath,keyword:"type",params:{type: "object"},parentSchema:schema64,data}];
return false;
}
}
validate42.errors = vErrors;
return errors === 0;
}

const schema66 = {"$comment":"OMS-CERT-3","title":"X509CertificateChain","description":"an object that holds the signer's certificate, then the intermediate ones","type":"object","required":["certificates"],"properties":{"certificates":{"$comment":"OMS-CERT-3","description":"an array of at least one certificate","type":"array","minItems":1,"items":{"$ref":"#/$defs/x509Certificate"}}}};
const schema67 = {"$comment":"OMS-BUNDLE-6","title":"X509Certificate","description":"an object that holds a certificate in DER as rawBytes","type":"object","required":["rawBytes"],"properties":{"rawBytes":{"$ref":"#/$defs/base64"}}};

function validate45(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.rawBytes === undefined) && (missing0 = "rawBytes")){
validate45.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0},parentSchema:schema67,data}];
return false;
}
else {
if(data.rawBytes !== undefined){
let data0 = data.rawBytes;
const _errs3 = errors;
if(errors === _errs3){
if(typeof data0 === "string"){
if(!pattern19.test(data0)){
validate45.errors = [{instancePath:instancePath+"/rawBytes",keyword:"pattern",params:{pattern: "^[A-Za-z0-9+/]+={0,2}$"},schema:"^[A-Za-z0-9+/]+={0,2}$",parentSchema:schema57,data:data0}];
return false;
}
}
else {
validate45.errors = [{instancePath:instancePath+"/rawBytes",keyword:"type",params:{type: "string"},parentSchema:schema57,data:data0}];
return false;
}
}
}
}
}
else {
validate45.errors = [{instancePath,keyword:"type",params:{type: "object"},parentSchema:schema67,data}];
return false;
}
}
validate45.errors = vErrors;
return errors === 0;
}


function validate44(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.certificates === undefined) && (missing0 = "certificates")){
validate44.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0},parentSchema:schema66,data}];
return false;
}
else {
if(data.certificates !== undefined){
let data0 = data.certificates;
const _errs2 = errors;
if(errors === _errs2){
if(Array.isArray(data0)){
if(data0.length < 1){
validate44.errors = [{instancePath:instancePath+"/certificates",keyword:"minItems",params:{limit: 1},schema:1,parentSchema:schema66.properties.certificates,data:data0}];
return false;
}
else {
var valid1 = true;
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
const _errs5 = errors;
if(!(validate45(data0[i0], {instancePath:instancePath+"/certificates/" + i0,parentData:data0,parentDataProperty:i0,rootData}))){
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
validate44.errors = [{instancePath:instancePath+"/certificates",keyword:"type",params:{type: "array"},parentSchema:schema66.properties.certificates,data:data0}];
return false;
}
}
}
}
}
else {
validate44.errors = [{instancePath,keyword:"type",params:{type: "object"},parentSchema:schema66,data}];
return false;
}
}
validate44.errors = vErrors;
return errors === 0;
}

const schema69 = {"$comment":"OMS-BUNDLE-6","title":"TimestampVerificationData","description":"an object that holds signed timestamps","type":"object","properties":{"rfc3161Timestamps":{"$comment":"OMS-BUNDLE-6","description":"an array of RFC 3161 timestamps","type":"array","items":{"$comment":"OMS-BUNDLE-6","title":"Rfc3161Timestamp","description":"an object that holds a timestamp response as signedTimestamp","type":"object","required":["signedTimestamp"],"properties":{"signedTimestamp":{"$ref":"#/$defs/base64"}}}}}};

function validate49(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
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
validate49.errors = [{instancePath:instancePath+"/rfc3161Timestamps/" + i0,keyword:"required",params:{missingProperty: missing0},parentSchema:schema69.properties.rfc3161Timestamps.items,data:data1}];
return false;
}
else {
if(data1.signedTimestamp !== undefined){
let data2 = data1.signedTimestamp;
const _errs9 = errors;
if(errors === _errs9){
if(typeof data2 === "string"){
if(!pattern19.test(data2)){
validate49.errors = [{instancePath:instancePath+"/rfc3161Timestamps/" + i0+"/signedTimestamp",keyword:"pattern",params:{pattern: "^[A-Za-z0-9+/]+={0,2}$"},schema:"^[A-Za-z0-9+/]+={0,2}$",parentSchema:schema57,data:data2}];
return false;
}
}
else {
validate49.errors = [{instancePath:instancePath+"/rfc3161Timestamps/" + i0+"/signedTimestamp",keyword:"type",params:{type: "string"},parentSchema:schema57,data:data2}];
return false;
}
}
}
}
}
else {
validate49.errors = [{instancePath:instancePath+"/rfc3161Timestamps/" + i0,keyword:"type",params:{type: "object"},parentSchema:schema69.properties.rfc3161Timestamps.items,data:data1}];
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
validate49.errors = [{instancePath:instancePath+"/rfc3161Timestamps",keyword:"type",params:{type: "array"},parentSchema:schema69.properties.rfc3161Timestamps,data:data0}];
return false;
}
}
}
}
else {
validate49.errors = [{instancePath,keyword:"type",params:{type: "object"},parentSchema:schema69,data}];
return false;
}
}
validate49.errors = vErrors;
return errors === 0;
}


function validate39(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
const _errs2 = errors;
let valid0 = false;
let passing0 = null;
const _errs3 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.publicKey === undefined) && (missing0 = "publicKey")){
const err0 = {instancePath,keyword:"required",params:{missingProperty: missing0},parentSchema:schema60.oneOf[0],data};
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
const err1 = {instancePath,keyword:"required",params:{missingProperty: missing1},parentSchema:schema60.oneOf[1],data};
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
const err2 = {instancePath,keyword:"required",params:{missingProperty: missing2},parentSchema:schema60.oneOf[2],data};
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
const err3 = {instancePath,keyword:"oneOf",params:{passingSchemas: passing0},parentSchema:schema60,data};
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
validate39.errors = [{instancePath:instancePath+"/tlogEntries",keyword:"minItems",params:{limit: 1},schema:1,parentSchema:schema60.then.properties.tlogEntries,data:data0}];
return false;
}
else {
var valid3 = true;
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
const _errs11 = errors;
if(!(validate40(data0[i0], {instancePath:instancePath+"/tlogEntries/" + i0,parentData:data0,parentDataProperty:i0,rootData}))){
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
}
if(!valid1){
const err5 = {instancePath,keyword:"if",params:{failingKeyword: "then"},parentSchema:schema60,data};
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
if(data.publicKey !== undefined){
const _errs12 = errors;
if(!(validate42(data.publicKey, {instancePath:instancePath+"/publicKey",parentData:data,parentDataProperty:"publicKey",rootData}))){
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
if(!(validate44(data.x509CertificateChain, {instancePath:instancePath+"/x509CertificateChain",parentData:data,parentDataProperty:"x509CertificateChain",rootData}))){
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
if(!(validate45(data.certificate, {instancePath:instancePath+"/certificate",parentData:data,parentDataProperty:"certificate",rootData}))){
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
validate39.errors = [{instancePath:instancePath+"/tlogEntries",keyword:"type",params:{type: "array"},parentSchema:schema60.properties.tlogEntries,data:data5}];
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
if(!(validate49(data.timestampVerificationData, {instancePath:instancePath+"/timestampVerificationData",parentData:data,parentDataProperty:"timestampVerificationData",rootData}))){
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
validate39.errors = [{instancePath,keyword:"type",params:{type: "object"},parentSchema:schema60,data}];
return false;
}
}
validate39.errors = vErrors;
return errors === 0;
}


function validate38(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="https://model-signing.example/spec/v1.1/bundle.schema.json" */;
let vErrors = null;
let errors = 0;
const _errs2 = errors;
if(errors === _errs2){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.mediaType === undefined) && (missing0 = "mediaType")){
validate38.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0},parentSchema:schema59.allOf[0],data}];
return false;
}
}
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing1;
if(((data.verificationMaterial === undefined) && (missing1 = "verificationMaterial")) || ((data.dsseEnvelope === undefined) && (missing1 = "dsseEnvelope"))){
validate38.errors = [{instancePath,keyword:"required",params:{missingProperty: missing1},parentSchema:schema59,data}];
return false;
}
else {
if(data.mediaType !== undefined){
let data0 = data.mediaType;
const _errs4 = errors;
if("application/vnd.dev.sigstore.bundle.v0.3+json" !== data0){
validate38.errors = [{instancePath:instancePath+"/mediaType",keyword:"const",params:{allowedValue: "application/vnd.dev.sigstore.bundle.v0.3+json"},schema:"application/vnd.dev.sigstore.bundle.v0.3+json",parentSchema:schema59.properties.mediaType,data:data0}];
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
if(!(validate39(data.verificationMaterial, {instancePath:instancePath+"/verificationMaterial",parentData:data,parentDataProperty:"verificationMaterial",rootData}))){
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
if(!(validate34(data.dsseEnvelope, {instancePath:instancePath+"/dsseEnvelope",parentData:data,parentDataProperty:"dsseEnvelope",rootData}))){
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
validate38.errors = [{instancePath,keyword:"type",params:{type: "object"},parentSchema:schema59,data}];
return false;
}
}
validate38.errors = vErrors;
return errors === 0;
}

export const bundleProduced = validate53;
const schema71 = {"$comment":"OMS-BUNDLE-8","allOf":[{"$ref":"#"},{"$comment":"OMS-BUNDLE-8","type":"object","properties":{"mediaType":true,"verificationMaterial":{"$comment":"OMS-BUNDLE-8","type":"object","properties":{"publicKey":{"$comment":"OMS-KEY-2","type":"object","properties":{"hint":true},"additionalProperties":false},"x509CertificateChain":{"$comment":"OMS-BUNDLE-8","type":"object","properties":{"certificates":{"$comment":"OMS-CERT-1","type":"array","items":{"$ref":"#/$defs/producedCertificate"}}},"additionalProperties":false},"certificate":{"$ref":"#/$defs/producedCertificate"},"tlogEntries":true,"timestampVerificationData":true},"additionalProperties":false,"allOf":[{"if":{"required":["publicKey"]},"then":{"properties":{"timestampVerificationData":{"$comment":"OMS-METHOD-7","description":"no timestamps with this signing method","not":{}}}}}],"if":{"required":["certificate"]},"then":{"$comment":"OMS-SIGSTORE-2","required":["tlogEntries"]},"else":{"$comment":"OMS-METHOD-4","required":["tlogEntries"],"properties":{"tlogEntries":{"$comment":"OMS-METHOD-4","description":"an empty array with this signing method","maxItems":0}}}},"dsseEnvelope":{"$ref":"envelope.schema.json#/$defs/produced"}},"additionalProperties":false}]};
const schema72 = {"$comment":"OMS-BUNDLE-8","type":"object","properties":{"rawBytes":true},"additionalProperties":false};
const root3 = {validate: validate38};

function validate53(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
const _errs1 = errors;
if(!(root3.validate(data, {instancePath,parentData,parentDataProperty,rootData}))){
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
validate53.errors = [{instancePath,keyword:"additionalProperties",params:{additionalProperty: key0},schema:false,parentSchema:schema71.allOf[1],data}];
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
validate53.errors = [{instancePath:instancePath+"/verificationMaterial/timestampVerificationData",keyword:"not",params:{},parentSchema:schema71.allOf[1].properties.verificationMaterial.allOf[0].then.properties.timestampVerificationData,data:data0.timestampVerificationData}];
return false;
}
}
var _valid0 = _errs12 === errors;
valid3 = _valid0;
}
if(!valid3){
const err1 = {instancePath:instancePath+"/verificationMaterial",keyword:"if",params:{failingKeyword: "then"},parentSchema:schema71.allOf[1].properties.verificationMaterial.allOf[0],data:data0};
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
validate53.errors = [{instancePath:instancePath+"/verificationMaterial",keyword:"required",params:{missingProperty: missing2},parentSchema:schema71.allOf[1].properties.verificationMaterial.then,data:data0}];
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
validate53.errors = [{instancePath:instancePath+"/verificationMaterial",keyword:"required",params:{missingProperty: missing3},parentSchema:schema71.allOf[1].properties.verificationMaterial.else,data:data0}];
return false;
}
else {
if(data0.tlogEntries !== undefined){
let data2 = data0.tlogEntries;
const _errs22 = errors;
if(errors === _errs22){
if(Array.isArray(data2)){
if(data2.length > 0){
validate53.errors = [{instancePath:instancePath+"/verificationMaterial/tlogEntries",keyword:"maxItems",params:{limit: 0},schema:0,parentSchema:schema71.allOf[1].properties.verificationMaterial.else.properties.tlogEntries,data:data2}];
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
ifClause0 = "else";
}
if(!valid5){
const err3 = {instancePath:instancePath+"/verificationMaterial",keyword:"if",params:{failingKeyword: ifClause0},parentSchema:schema71.allOf[1].properties.verificationMaterial,data:data0};
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
validate53.errors = [{instancePath:instancePath+"/verificationMaterial",keyword:"additionalProperties",params:{additionalProperty: key1},schema:false,parentSchema:schema71.allOf[1].properties.verificationMaterial,data:data0}];
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
validate53.errors = [{instancePath:instancePath+"/verificationMaterial/publicKey",keyword:"additionalProperties",params:{additionalProperty: key2},schema:false,parentSchema:schema71.allOf[1].properties.verificationMaterial.properties.publicKey,data:data3}];
return false;
break;
}
}
}
else {
validate53.errors = [{instancePath:instancePath+"/verificationMaterial/publicKey",keyword:"type",params:{type: "object"},parentSchema:schema71.allOf[1].properties.verificationMaterial.properties.publicKey,data:data3}];
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
validate53.errors = [{instancePath:instancePath+"/verificationMaterial/x509CertificateChain",keyword:"additionalProperties",params:{additionalProperty: key3},schema:false,parentSchema:schema71.allOf[1].properties.verificationMaterial.properties.x509CertificateChain,data:data4}];
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
validate53.errors = [{instancePath:instancePath+"/verificationMaterial/x509CertificateChain/certificates/" + i0,keyword:"additionalProperties",params:{additionalProperty: key4},schema:false,parentSchema:schema72,data:data6}];
return false;
break;
}
}
}
else {
validate53.errors = [{instancePath:instancePath+"/verificationMaterial/x509CertificateChain/certificates/" + i0,keyword:"type",params:{type: "object"},parentSchema:schema72,data:data6}];
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
validate53.errors = [{instancePath:instancePath+"/verificationMaterial/x509CertificateChain/certificates",keyword:"type",params:{type: "array"},parentSchema:schema71.allOf[1].properties.verificationMaterial.properties.x509CertificateChain.properties.certificates,data:data5}];
return false;
}
}
}
}
}
else {
validate53.errors = [{instancePath:instancePath+"/verificationMaterial/x509CertificateChain",keyword:"type",params:{type: "object"},parentSchema:schema71.allOf[1].properties.verificationMaterial.properties.x509CertificateChain,data:data4}];
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
validate53.errors = [{instancePath:instancePath+"/verificationMaterial/certificate",keyword:"additionalProperties",params:{additionalProperty: key5},schema:false,parentSchema:schema72,data:data7}];
return false;
break;
}
}
}
else {
validate53.errors = [{instancePath:instancePath+"/verificationMaterial/certificate",keyword:"type",params:{type: "object"},parentSchema:schema72,data:data7}];
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
validate53.errors = [{instancePath:instancePath+"/verificationMaterial",keyword:"type",params:{type: "object"},parentSchema:schema71.allOf[1].properties.verificationMaterial,data:data0}];
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
if(!(validate37(data.dsseEnvelope, {instancePath:instancePath+"/dsseEnvelope",parentData:data,parentDataProperty:"dsseEnvelope",rootData}))){
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
validate53.errors = [{instancePath,keyword:"type",params:{type: "object"},parentSchema:schema71.allOf[1],data}];
return false;
}
}
var valid0 = _errs2 === errors;
}
validate53.errors = vErrors;
return errors === 0;
}


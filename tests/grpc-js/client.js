// Calls a model server that serves y = 2x (FP32 [batch,2]) and prints what came back as one JSON object.
'use strict';
const path = require('path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const options = { keepCase: true, longs: Number, enums: String, defaults: true };
const packages = ['inference.proto', 'health.proto'].map(f => grpc.loadPackageDefinition(loader.loadSync(path.join(__dirname, f), options)));
const address = process.argv[2];
const plain = grpc.credentials.createInsecure();
const inference = new packages[0].inference.GRPCInferenceService(address, plain);
const gzip = new packages[0].inference.GRPCInferenceService(address, plain, { 'grpc.default_compression_algorithm': 2 });
const health = new packages[1].grpc.health.v1.Health(address, plain);

const call = (client, method, request, deadline) => new Promise(resolve =>
  client[method](request, { deadline: Date.now() + (deadline ?? 20000) }, (error, answer) => resolve(error ? { code: error.code, details: error.details } : answer)));
const bytes = values => Buffer.from(Float32Array.from(values).buffer);
const floats = buffer => Array.from({ length: buffer.length / 4 }, (_, i) => buffer.readFloatLE(4 * i));
const infer = (fields, x) => ({ model_name: 'm', inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 2], ...x }], ...fields });
const first = stream => new Promise((resolve, reject) => { stream.on('data', data => { resolve(data.status); stream.cancel(); }); stream.on('error', reject); });

async function main() {
  const typed = await call(inference, 'ModelInfer', infer({ id: '7', parameters: { a: { string_param: 'b' } } }, { contents: { fp32_contents: [1.5, -2] } }));
  const raw = await call(inference, 'ModelInfer', infer({ raw_input_contents: [bytes([1.5, NaN])], outputs: [{ name: 'y' }] }));
  const rows = 1000;
  const large = await call(gzip, 'ModelInfer', infer({ raw_input_contents: [bytes(Array(2 * rows).fill(3))] }, { shape: [rows, 2] }));
  const many = await Promise.all(Array.from({ length: 50 }, (_, i) => call(inference, 'ModelInfer', infer({ raw_input_contents: [bytes([i, i])] }))));
  return {
    live: (await call(inference, 'ServerLive', {})).live,
    ready: (await call(inference, 'ServerReady', {})).ready,
    model_ready: (await call(inference, 'ModelReady', { name: 'm' })).ready,
    server: await call(inference, 'ServerMetadata', {}),
    model: await call(inference, 'ModelMetadata', { name: 'm' }),
    check: (await call(health, 'Check', {})).status,
    watch: await first(health.Watch({ service: 'inference.GRPCInferenceService' })),
    typed: { id: typed.id, outputs: typed.outputs.map(o => [o.name, o.datatype, o.shape, o.contents.fp32_contents]), raw: typed.raw_output_contents.length },
    raw: raw.raw_output_contents.map(floats).map(a => a.map(String)),
    large: floats(large.raw_output_contents[0]).filter(v => v === 6).length,
    many: many.every((a, i) => floats(a.raw_output_contents[0])[0] === 2 * i),
    unknown_model: await call(inference, 'ModelInfer', { model_name: 'é%' }),
    wrong_shape: await call(inference, 'ModelInfer', infer({ raw_input_contents: [bytes([1])] })),
    too_large: (await call(inference, 'ModelInfer', infer({ raw_input_contents: [Buffer.alloc(2 << 20)] }))).code,
    too_large_unpacked: (await call(gzip, 'ModelInfer', infer({ raw_input_contents: [Buffer.alloc(2 << 20)] }))).code,
    late: (await call(inference, 'ModelInfer', infer({}), 0)).code,
  };
}

main().then(result => { console.log(JSON.stringify(result)); process.exit(0); }, error => { console.error(error); process.exit(1); });

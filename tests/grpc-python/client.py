"""Calls a model server that serves y = 2x (FP32 [batch,2]) with gRPC's C library and prints what came back as one JSON object.

Messages are put together by hand, so that nothing but Debian's python3-grpcio is needed.
"""
import json
import struct
import sys

import grpc


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def read(message):
    fields, at = [], 0
    def number():
        nonlocal at
        value = shift = 0
        while True:
            value |= (message[at] & 0x7F) << shift
            shift, at = shift + 7, at + 1
            if message[at - 1] < 0x80:
                return value
    while at < len(message):
        tag = number()
        if tag & 7 == 0:
            fields.append((tag >> 3, number()))
        else:
            length = number()
            fields.append((tag >> 3, message[at:at + length]))
            at += length
    return fields


def infer(values, model='m', rows=None):
    rows = len(values) // 2 if rows is None else rows
    tensor = field(1, 'x') + field(2, 'FP32') + field(3, varint(rows) + varint(2))
    return field(1, model) + field(3, '7') + field(5, tensor) + field(7, struct.pack(f'<{len(values)}f', *values))


def floats(answer):
    raw = next(value for number, value in read(answer) if number == 6)
    return list(struct.unpack(f'<{len(raw) // 4}f', raw))


def call(channel, method, message, timeout=20, compression=None):
    try:
        return channel.unary_unary(f'/{method}')(message, timeout=timeout, compression=compression), None
    except grpc.RpcError as error:
        return None, [error.code().name, error.details()]


SERVICE = 'inference.GRPCInferenceService/'
with grpc.insecure_channel(sys.argv[1]) as channel:
    large = [3.0] * 20000
    futures = [channel.unary_unary(f'/{SERVICE}ModelInfer').future(infer([i, i]), timeout=20) for i in range(50)]
    print(json.dumps({
        'live': read(call(channel, SERVICE + 'ServerLive', b'')[0]),
        'index': [value.decode() for _, value in read(read(call(channel, SERVICE + 'RepositoryIndex', b'')[0])[0][1])],
        'health': read(call(channel, 'grpc.health.v1.Health/Check', b'')[0]),
        'values': floats(call(channel, SERVICE + 'ModelInfer', infer([1.5, -2]))[0]),
        'gzip': floats(call(channel, SERVICE + 'ModelInfer', infer(large), compression=grpc.Compression.Gzip)[0]) == [6.0] * 20000,
        'many': [floats(future.result())[0] for future in futures] == [2.0 * i for i in range(50)],
        'unknown_model': call(channel, SERVICE + 'ModelInfer', infer([1, 2], model='é%'))[1],
        'wrong_shape': call(channel, SERVICE + 'ModelInfer', infer([1, 2], rows=2))[1][0],
        'too_large': call(channel, SERVICE + 'ModelInfer', infer([0.0] * 400000))[1][0],
        'too_large_unpacked': call(channel, SERVICE + 'ModelInfer', infer([0.0] * 400000), compression=grpc.Compression.Gzip)[1][0],
        'unknown_method': call(channel, SERVICE + 'Nothing', b'')[1][0],
    }))

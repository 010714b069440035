"""The same service as most teams write it: FastAPI, pydantic, scikit-learn; logistic regression on two columns of iris."""
import asyncio.base_events
import socket

import numpy
from fastapi import FastAPI
from pydantic import BaseModel
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

# Workers of this uvicorn inherit a socket whose protocol number asyncio does not recognise: without this every answer of
# theirs waits 40 ms for Nagle's algorithm, which would be an unfair thing to compare with.
asyncio.base_events._set_nodelay = lambda connection: connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

iris = load_iris()
model = LogisticRegression(max_iter=1000).fit(iris.data[:, :2], iris.target)
app = FastAPI()


class Tensor(BaseModel):
    name: str
    datatype: str
    shape: list[int]
    data: list[float]


class Request(BaseModel):
    inputs: list[Tensor]


@app.post("/v2/models/iris/infer")
async def infer(request: Request):
    tensor = request.inputs[0]
    rows = numpy.asarray(tensor.data, dtype=numpy.float32).reshape(tensor.shape)
    scores = model.predict_proba(rows)
    return {
        "model_name": "iris",
        "outputs": [
            {"name": "output_label", "datatype": "INT64", "shape": [len(rows)], "data": scores.argmax(axis=1).tolist()},
            {"name": "output_probability", "datatype": "FP32", "shape": list(scores.shape), "data": scores.ravel().tolist()},
        ],
    }

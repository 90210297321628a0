// What the report uses of its libraries, under one global name.
export { default as Sigma } from "sigma";
export { NodePointProgram, NodeCircleProgram, EdgeLineProgram, EdgeRectangleProgram } from "sigma/rendering";
export { UndirectedGraph } from "graphology";

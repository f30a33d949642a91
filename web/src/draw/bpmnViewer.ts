// The drawing of a procedure, loaded when one is looked at. The wheel scrolls the page; buttons and dragging move the drawing.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

export const makeViewer = (container: HTMLElement) =>
  new NavigatedViewer({ container, zoomScroll: { enabled: false }, bpmnRenderer: { defaultFillColor: "#ffffff", defaultStrokeColor: "#1b2430", defaultLabelColor: "#1b2430" } } as ConstructorParameters<typeof NavigatedViewer>[0]);

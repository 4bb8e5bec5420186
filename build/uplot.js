// The charts of the dashboard: lines over time.
export { default } from "uplot";

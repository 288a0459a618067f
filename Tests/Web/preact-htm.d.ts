// The part of preact and htm that the web app uses, for the type checker; the vendored file itself is not checked.
export type Node = object | string | number | boolean | null | undefined | Node[];
export type Setter<T> = (value: T | ((before: T) => T)) => void;
export interface Ref<T> {
    current: T;
}
export interface Context<T> {
    Provider: (props: { value: T; children?: Node }) => Node;
}
export function h(type: unknown, props: object | null, ...children: Node[]): object;
export function html(strings: TemplateStringsArray, ...values: unknown[]): Node;
export function render(node: Node, parent: Element): void;
export function createContext<T>(initial: T): Context<T>;
export function useState<T>(initial: T | (() => T)): [T, Setter<T>];
export function useEffect(effect: () => void | (() => void), deps?: readonly unknown[]): void;
export function useLayoutEffect(effect: () => void | (() => void), deps?: readonly unknown[]): void;
export function useRef<T>(initial: T): Ref<T>;
export function useMemo<T>(make: () => T, deps: readonly unknown[]): T;
export function useCallback<T>(callback: T, deps: readonly unknown[]): T;
export function useContext<T>(context: Context<T>): T;
export function useErrorBoundary(callback?: (error: Error) => void): [Error | undefined, () => void];

// Ways to remote subgraphs that outlive one engine: what a new supergraph names by the same name and address keeps its
// warm connections, and what no engine needs any more is closed.

export interface Graph {
  readonly name: string
  readonly url: string
}

interface Closable {
  close(): Promise<void>
}

export interface Acquired<Link> {
  readonly links: readonly Link[]
  /** Once. */
  release(): Promise<void>
}

interface Shared<Link> {
  readonly key: string
  readonly link: Link
  users: number
}

export class SharedLinks<Link extends Closable> {
  readonly #open: (graph: Graph) => Link
  readonly #shared = new Map<string, Shared<Link>>()

  constructor(open: (graph: Graph) => Link) {
    this.#open = open
  }

  acquire(graphs: readonly Graph[]): Acquired<Link> {
    const used = graphs.map((graph) => this.#use(graph))
    return {
      links: used.map(({ link }) => link),
      release: async () => {
        await Promise.all(used.map((shared) => this.#leave(shared)))
      },
    }
  }

  #use(graph: Graph): Shared<Link> {
    const key = `${graph.name} ${graph.url}`
    const shared = this.#shared.get(key) ?? { key, link: this.#open(graph), users: 0 }
    this.#shared.set(key, shared)
    shared.users += 1
    return shared
  }

  async #leave(shared: Shared<Link>): Promise<void> {
    shared.users -= 1
    if (shared.users > 0) return
    this.#shared.delete(shared.key)
    await shared.link.close()
  }
}

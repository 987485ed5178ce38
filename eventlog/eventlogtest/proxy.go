package eventlogtest

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// Fault is what a Proxy does to one request.
type Fault int

// The faults that a network has.
const (
	// Pass lets the request and its response through.
	Pass Fault = iota
	// CutBefore breaks the connection; the broker never sees the request.
	CutBefore
	// CutInside breaks the connection after half of the request.
	CutInside
	// DropResponse lets the broker answer, then breaks the connection.
	DropResponse
	// CutResponse breaks the connection after half of the response.
	CutResponse
	// Delay holds the response back for a moment.
	Delay
)

// delay is how long Delay takes.
const delay = 30 * time.Millisecond

// Proxy stands between clients and brokers. A client dials through it with
// eventlog.Config.Dial, which also catches the addresses that brokers announce.
type Proxy struct {
	decide func(apiKey int16) Fault

	mu      sync.Mutex // guards what follows
	routes  map[string]net.Listener
	conns   map[net.Conn]struct{}
	counts  map[Fault]int
	closed  bool
	serving sync.WaitGroup
}

// NewProxy makes a proxy that asks decide about each request, by the key of
// its API in Kafka's protocol. The test's end closes it.
func NewProxy(t *testing.T, decide func(apiKey int16) Fault) *Proxy {
	p := &Proxy{decide: decide, routes: make(map[string]net.Listener), conns: make(map[net.Conn]struct{}), counts: make(map[Fault]int)}
	t.Cleanup(p.close)
	return p
}

// Dial connects to the proxy's own listener for an address.
func (p *Proxy) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	listener, err := p.route(address)
	if err != nil {
		return nil, err
	}
	return new(net.Dialer).DialContext(ctx, network, listener.Addr().String())
}

// Count says how often a fault was injected.
func (p *Proxy) Count(f Fault) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.counts[f]
}

func (p *Proxy) route(address string) (net.Listener, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if listener, ok := p.routes[address]; ok {
		return listener, nil
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p.routes[address] = listener
	p.serving.Go(func() { p.accept(listener, address) })
	return listener, nil
}

func (p *Proxy) accept(listener net.Listener, address string) {
	for {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		p.serving.Go(func() {
			defer client.Close()
			broker, err := net.Dial("tcp", address)
			if err != nil {
				return
			}
			defer broker.Close()
			if p.track(client, broker) {
				p.serve(client, broker)
			}
		})
	}
}

// track remembers the connections, so that close can break them.
func (p *Proxy) track(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		p.conns[c] = struct{}{}
	}
	return !p.closed
}

// serve passes requests and responses on, one after the other, as kafka-go
// sends them.
func (p *Proxy) serve(client, broker net.Conn) {
	for {
		request, err := frame(client)
		if err != nil {
			return
		}
		fault := p.choose(request)
		if fault == CutBefore {
			return
		}
		if fault == CutInside {
			_, _ = broker.Write(request[:len(request)/2])
			return
		}
		if _, err := broker.Write(request); err != nil {
			return
		}
		response, err := frame(broker)
		if err != nil || fault == DropResponse {
			return
		}
		if fault == CutResponse {
			_, _ = client.Write(response[:len(response)/2])
			return
		}
		if fault == Delay {
			time.Sleep(delay)
		}
		if _, err := client.Write(response); err != nil {
			return
		}
	}
}

func (p *Proxy) choose(request []byte) Fault {
	fault := p.decide(int16(binary.BigEndian.Uint16(request[4:])))
	p.mu.Lock()
	defer p.mu.Unlock()
	p.counts[fault]++
	return fault
}

// frame reads one message with its length.
func frame(conn net.Conn) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(conn, head[:]); err != nil {
		return nil, err
	}
	message := append(head[:], make([]byte, binary.BigEndian.Uint32(head[:]))...)
	_, err := io.ReadFull(conn, message[len(head):])
	return message, err
}

func (p *Proxy) close() {
	p.mu.Lock()
	p.closed = true
	for _, listener := range p.routes {
		listener.Close()
	}
	for conn := range p.conns {
		conn.Close()
	}
	p.mu.Unlock()
	p.serving.Wait()
}

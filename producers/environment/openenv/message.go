package openenv

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/producers/environment/remote"
)

// message is what goes over a connection, either way.
type message struct {
	Type string         `json:"type"`
	Data jsontext.Value `json:"data,omitzero"`
}

// The types of messages.
const (
	typeReset       = "reset"
	typeStep        = "step"
	typeState       = "state"
	typeClose       = "close"
	typeObservation = "observation"
	typeError       = "error"
)

// The codes of errors that are more than a message to their reader.
const (
	// codeValidation: the message, or the action in it, is not of the
	// environment's form. The session lives on.
	codeValidation = "VALIDATION_ERROR"
	// codeExecution: the environment raised an error.
	codeExecution = "EXECUTION_ERROR"
	// codeCapacity: no session is free. The server closes the connection.
	codeCapacity = "CAPACITY_REACHED"
)

// decodeMessage decodes an answer of a server.
func decodeMessage(data []byte) (m message, err error) {
	if err := remote.Decode(data, &m); err != nil {
		return message{}, err
	}
	if m.Type == "" {
		return message{}, errors.New(`the answer has no "type"`)
	}
	return m, nil
}

// ServerError is what a server says instead of an answer.
type ServerError struct {
	// Code is one of the protocol: INVALID_JSON, UNKNOWN_TYPE, VALIDATION_ERROR,
	// EXECUTION_ERROR, CAPACITY_REACHED, FACTORY_ERROR, SESSION_ERROR.
	Code    string `json:"code"`
	Message string `json:"message"`
	// Errors are what is wrong with fields, with VALIDATION_ERROR.
	Errors []fieldError `json:"errors"`
	// Active and Most sessions of the server, with CAPACITY_REACHED.
	Active int `json:"active_sessions"`
	Most   int `json:"max_sessions"`
}

// fieldError is what a server's validation says of one field.
type fieldError struct {
	Where []jsontext.Value `json:"loc"`
	What  string           `json:"msg"`
}

func (e *ServerError) Error() string {
	if e.Code == codeCapacity {
		return fmt.Sprintf("every session of the server is taken (%d of %d): use fewer workers, or raise max_concurrent_envs in the server's create_app", e.Active, e.Most)
	}
	text := e.Message
	for _, f := range e.Errors {
		text += "; " + f.String()
	}
	return fmt.Sprintf("%s: %s", e.Code, text)
}

func (f fieldError) String() string {
	var path []string
	for _, step := range f.Where {
		path = append(path, strings.Trim(step.String(), `"`))
	}
	if len(path) == 0 {
		return f.What
	}
	return strings.Join(path, ".") + ": " + f.What
}

// serverError decodes the data of an error.
func serverError(data jsontext.Value) error {
	e := new(ServerError)
	if err := remote.Decode(data, e); err != nil {
		return fmt.Errorf("the server reports an error in a form of its own: %w", err)
	}
	return e
}

// hasCode says whether an error is a server's, with this code.
func hasCode(err error, code string) bool {
	var e *ServerError
	return errors.As(err, &e) && e.Code == code
}

// result is the data of an observation.
type result struct {
	Observation map[string]jsontext.Value `json:"observation"`
	Reward      jsontext.Value            `json:"reward"`
	Done        bool                      `json:"done"`
}

// decodeResult decodes the data of an observation.
func decodeResult(data jsontext.Value) (r result, err error) {
	if err := remote.Decode(data, &r); err != nil {
		return result{}, err
	}
	if r.Observation == nil {
		return result{}, fmt.Errorf("the answer has no observation: %.200s", data)
	}
	return r, nil
}

// reward is a number, or nil where the environment does not grade. The protocol
// allows true and false as well: 1 and 0.
func (r result) reward() (*float64, error) {
	var value float64
	switch r.Reward.Kind() {
	case 0, 'n':
		return nil, nil
	case 't':
		value = 1
	case 'f':
	case '0':
		var err error
		if value, err = strconv.ParseFloat(string(r.Reward), 64); err != nil || math.IsInf(value, 0) {
			return nil, fmt.Errorf("the reward %.40s is not a finite number", r.Reward)
		}
	default:
		return nil, fmt.Errorf("the reward %.40s is not a number", r.Reward)
	}
	return &value, nil
}

// encode encodes a message, or panics: all there is in one is JSON already.
func (m message) encode() []byte {
	data, err := json.Marshal(m)
	if err != nil {
		panic(fmt.Sprintf("encode a message of type %s: %v", m.Type, err))
	}
	return data
}

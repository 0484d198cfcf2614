package scanner

import "context"

// SANE has no scanimage for Windows.

func devices(context.Context) ([]Device, error) { return nil, ErrNoProgram }

func settings(context.Context, Options) ([]string, error) { return nil, ErrNoProgram }

func scan(context.Context, string, []string, func(float64)) ([]byte, error) { return nil, ErrNoProgram }

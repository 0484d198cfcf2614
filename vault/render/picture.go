package render

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"

	"carnet/vault/render/frame"
)

// Decode reads a picture that [Client.Page] made, for a window that shows it. It
// is the one picture this process reads: our own child wrote it, and one larger
// than Page ever makes is refused before memory is taken. The error wraps
// [ErrPicture] or [ErrCrashed].
func Decode(made []byte) (image.Image, error) {
	size, err := png.DecodeConfig(bytes.NewReader(made))
	if err != nil {
		return nil, fmt.Errorf("decode page: %w", errors.Join(ErrCrashed, err))
	}
	if size.Width > frame.MaxSide || size.Height > frame.MaxSide || size.Width*size.Height > frame.MaxPixels {
		return nil, fmt.Errorf("decode page: %w", ErrPicture)
	}
	picture, err := png.Decode(bytes.NewReader(made))
	if err != nil {
		return nil, fmt.Errorf("decode page: %w", errors.Join(ErrCrashed, err))
	}
	return picture, nil
}

// Picture draws a page as [Client.Page] does and reads the picture. Its errors
// are those of both.
func (c *Client) Picture(ctx context.Context, content io.Reader, size int64, n, maxWidth, maxHeight int) (image.Image, error) {
	made, err := c.Page(ctx, content, size, n, maxWidth, maxHeight)
	if err != nil {
		return nil, err
	}
	return Decode(made)
}

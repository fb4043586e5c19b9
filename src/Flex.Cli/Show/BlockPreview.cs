using System.Text;
using Flex.Evaluation.Figures;

namespace Flex.Cli.Show;

/// <summary>A small picture of a field in half-block characters with 24-bit colours, for a terminal.</summary>
public static class BlockPreview
{
    /// <summary>Draws the field.</summary>
    /// <param name="panel">The field, first row at the bottom.</param>
    /// <param name="scale">The colours.</param>
    /// <param name="columns">Width in characters; two pixels share one, above each other.</param>
    /// <returns>Lines, each with its end.</returns>
    public static string Draw(FieldPanel panel, ColourScale scale, int columns)
    {
        ArgumentNullException.ThrowIfNull(panel);
        ArgumentNullException.ThrowIfNull(scale);
        var lines = Math.Clamp((int)Math.Round(columns * (double)panel.Height / panel.Width / 2), 1, columns);
        var pixels = PixelGrid.Resample(panel.Values, panel.Height, panel.Width, 2 * lines, columns);
        var text = new StringBuilder();
        for (var line = lines - 1; line >= 0; line--)
        {
            for (var column = 0; column < columns; column++)
            {
                var upper = scale.ColourOf(pixels[(((2 * line) + 1) * columns) + column]);
                var lower = scale.ColourOf(pixels[(2 * line * columns) + column]);
                text.Append($"\u001b[38;2;{Channels(upper)};48;2;{Channels(lower)}m▀");
            }

            text.Append("\u001b[0m\n");
        }

        return text.ToString();
    }

    private static string Channels(Rgb colour) => $"{colour.Red};{colour.Green};{colour.Blue}";
}

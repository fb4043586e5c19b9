using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones.Transformers;

/// <summary>The transformer's two linear layers with a GELU between, and dropout after each (SPEC §3).</summary>
public sealed class Mlp : Module
{
    private readonly TransformerForm _form;
    private readonly Linear _fc1;
    private readonly Linear _fc2;

    /// <summary>Creates the layers.</summary>
    /// <param name="form">Widths, dropout and the form of the GELU.</param>
    public Mlp(TransformerForm form)
    {
        ArgumentNullException.ThrowIfNull(form);
        _form = form;
        _fc1 = AddModule("fc1", new Linear(form.Width, form.MlpRatio * form.Width));
        _fc2 = AddModule("fc2", new Linear(form.MlpRatio * form.Width, form.Width));
    }

    /// <summary>Applies the layers.</summary>
    /// <param name="x">(B, N, E).</param>
    /// <returns>(B, N, E).</returns>
    public Tensor Forward(Tensor x)
    {
        using var scope = new TensorScope();
        var h = Functional.Dropout(Functional.Gelu(_fc1.Forward(x), _form.TanhGelu), _form.Dropout, Training);
        return scope.Keep(Functional.Dropout(_fc2.Forward(h), _form.Dropout, Training));
    }
}

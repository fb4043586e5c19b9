using Flex.Diffusion.Backbones;
using Flex.Diffusion.Backbones.Flex;

namespace Flex.Diffusion.Tests;

public sealed class ModelConfigTests
{
    [Theory]
    [InlineData(BackboneKind.Unet)]
    [InlineData(BackboneKind.Uvit)]
    public void Tiny_IsAsLargeAsFlexTiny(BackboneKind kind)
    {
        using var flex = new ModelConfig().CreateBackbone(64, 1, 1, 1, TaskKind.SuperRes);
        using var baseline = new ModelConfig { Backbone = kind }.CreateBackbone(64, 1, 1, 1, TaskKind.SuperRes);
        Assert.InRange(Parameters(baseline) / Parameters(flex), 0.8, 1.25);
    }

    [Fact]
    public void Settings_ReachTheArchitecture()
    {
        var config = new ModelConfig { WeakLevels = 2, StrongStrength = 0.5, BottleneckPatch = 2, MlpRatio = 3, Dropout = 0 };
        var flex = Assert.IsType<FlexConfig>(config.Architecture(64, 2, 3, 4, TaskKind.Forecast));
        Assert.Equal((64, 2, 3, 4), (flex.ImageSize, flex.Channels, flex.CondSnapshots, flex.Parameters));
        Assert.Equal((2, 0.5, 2, 3, 0.0), (flex.WeakLevels, flex.StrongStrength, flex.BottleneckPatch, flex.MlpRatio, flex.Dropout));
        Assert.Equal([TaskKind.Forecast], flex.Tasks);
    }

    public static TheoryData<ModelConfig, string> Foreign => new()
    {
        { new ModelConfig { Backbone = BackboneKind.Unet, WeakLevels = 1 }, "weak_levels is a setting of flex, not of unet" },
        { new ModelConfig { Backbone = BackboneKind.Unet, StrongStrength = 1 }, "strong_strength" },
        { new ModelConfig { Backbone = BackboneKind.Uvit, BottleneckPatch = 2 }, "bottleneck_patch" },
        { new ModelConfig { Backbone = BackboneKind.Unet, Stem = Stem.SpaceToDepth }, "stem is a setting of flex, not of unet" },
        { new ModelConfig { Stem = Stem.SpaceToDepth, ResBlocks = [1, 1, 1, 1, 1, 1], ModelChannels = [32, 32, 32, 32, 32, 32] }, "image_size 64 is not a multiple of 2^7" },
        { new ModelConfig { Backbone = BackboneKind.Uvit, ResBlocks = [1] }, "res_blocks is a setting of flex and unet, not of uvit" },
        { new ModelConfig { Backbone = BackboneKind.Unet, Depth = 3 }, "depth" },
        { new ModelConfig { PatchSize = 4 }, "patch_size is a setting of uvit, not of flex" },
        { new ModelConfig { BaseWidth = 32 }, "base_width" },
        { new ModelConfig { Backbone = BackboneKind.Uvit, PatchSize = 7 }, "patch_size 7 must divide image_size 64" },
        { new ModelConfig { Backbone = BackboneKind.Uvit, Depth = 4 }, "depth 4 must be odd" },
        { new ModelConfig { Backbone = BackboneKind.Uvit, Heads = 5 }, "heads 5 must divide the 192" },
        { new ModelConfig { Backbone = BackboneKind.Unet, BaseWidth = 33 }, "base_width 33" },
        { new ModelConfig { Backbone = BackboneKind.Unet, ChannelMult = [1, 2] }, "res_blocks has 4 levels and channel_mult 2" },
        { new ModelConfig { Backbone = BackboneKind.Unet, AttentionResolutions = [2] }, "attention_resolutions has 2" },
        { new ModelConfig { Backbone = BackboneKind.Unet, AttentionResolutions = [0] }, "attention_resolutions has 0" },
        { new ModelConfig { Backbone = BackboneKind.Unet, Heads = 5 }, "heads 5 must divide the 64" },
        { new ModelConfig { Backbone = BackboneKind.Unet, Dropout = 0.7 }, "dropout 0.7" },
        { new ModelConfig { Size = "huge", Backbone = BackboneKind.Uvit }, "'huge'" },
        { new ModelConfig { StrongStrength = -1 }, "strong_strength -1" },
        { new ModelConfig { StrongStrength = double.PositiveInfinity }, "strong_strength" },
        { new ModelConfig { BottleneckPatch = 3 }, "bottleneck_patch 3 must be 1 or 2" },
    };

    [Theory]
    [MemberData(nameof(Foreign))]
    public void WhatDoesNotFit_IsRefusedInOneLine(ModelConfig config, string reason)
    {
        var message = Assert.Throws<InputException>(() => config.CreateBackbone(64, 1, 1, 1, TaskKind.SuperRes)).Message;
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    private static double Parameters(Backbone backbone) => backbone.NamedParameters().Sum(p => p.Value.Numel);
}
